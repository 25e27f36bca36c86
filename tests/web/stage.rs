//! A view on its own: a state of the gallery in an element of the page, what the person did there, and looking at it.

use std::cell::RefCell;
use std::rc::Rc;

use doorstep_core::UserAction;
use doorstep_core::view_model::ViewModel;
use doorstep_widget::mount::{Mounted, mount};
use doorstep_widget::ui::Ui;
use leptos::prelude::Owner;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use crate::page::{document, frame};
use crate::states;

/// What is shown; gone when dropped.
pub(crate) struct Stage {
    place: HtmlElement,
    ui: Ui,
    did: Rc<RefCell<Vec<UserAction>>>,
    mounted: Option<Mounted>,
    _owner: Owner,
}

impl Stage {
    /// Shows a state by its name in the gallery.
    pub(crate) async fn show(name: &str) -> Self {
        let (_, model) = states::all().into_iter().find(|(known, _)| *known == name).unwrap();
        Self::of(model).await
    }

    /// Shows a model.
    pub(crate) async fn of(model: ViewModel) -> Self {
        let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&place).unwrap();
        let did: Rc<RefCell<Vec<UserAction>>> = Rc::default();
        let (owner, heard) = (Owner::new(), Rc::clone(&did));
        let (mounted, ui) = owner.with(|| {
            let ui = Ui::new(move |action| heard.borrow_mut().push(action));
            ui.publish(model);
            (mount(place.clone(), ui), ui)
        });
        frame().await;
        Self { place, ui, did, mounted: Some(mounted), _owner: owner }
    }

    /// Changes the model.
    pub(crate) async fn publish(&self, model: ViewModel) {
        self.ui.publish(model);
        frame().await;
    }

    /// What the person did since it was asked last; what the view itself reports (where the thread stands) is left out.
    pub(crate) fn did(&self) -> Vec<UserAction> {
        let all = std::mem::take(&mut *self.did.borrow_mut());
        all.into_iter().filter(|act| !matches!(act, UserAction::ReachedEnd | UserAction::LeftEnd)).collect()
    }

    /// All that match.
    pub(crate) fn all(&self, selector: &str) -> Vec<HtmlElement> {
        let found = self.place.query_selector_all(selector).unwrap();
        (0..found.length()).map(|index| found.get(index).unwrap().unchecked_into()).collect()
    }

    /// The first that matches.
    pub(crate) fn one(&self, selector: &str) -> HtmlElement {
        let found = self.place.query_selector(selector).unwrap();
        found.unwrap_or_else(|| panic!("no {selector} in {}", self.place.inner_html())).unchecked_into()
    }

    /// The button of this name.
    pub(crate) fn button(&self, name: &str) -> HtmlElement {
        let all = self.all("button");
        let names: Vec<String> = all.iter().map(|button| name_of(button)).collect();
        let index = names.iter().position(|known| known == name);
        all[index.unwrap_or_else(|| panic!("no button {name} among {names:?}"))].clone()
    }

    /// Everything it says.
    pub(crate) fn text(&self) -> String {
        self.place.text_content().unwrap_or_default()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        drop(self.mounted.take());
        self.place.remove();
    }
}

/// How a screen reader calls it.
pub(crate) fn name_of(element: &Element) -> String {
    let label = element.get_attribute("aria-label").unwrap_or_default();
    let said = if label.is_empty() { element.text_content().unwrap_or_default() } else { label };
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}
