//! Elements in the document, with everything that keeps them up to date; the view traits of Leptos for [`Node`].

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::Rndr;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Position, PositionState};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{Around, Child, Keys, Make, Node, Part, Words};
use crate::browser::listener::Listener;

/// An element; dropping it lets go of what keeps it up to date.
pub(crate) struct Built {
    element: Element,
    _kept: Vec<Kept>,
}

// What an effect makes is held beside it, not as its value: a value lives until the effect's task has noticed its end,
// and what it holds would meanwhile react to signals that are gone.
#[expect(dead_code, reason = "held to be dropped with the element")]
enum Kept {
    Live(RenderEffect<()>),
    Part(RenderEffect<()>, Rc<RefCell<Option<Built>>>),
    List(RenderEffect<()>, Rc<RefCell<Rows>>),
    Listener(Listener),
    Child(Built),
}

/// The elements of a list with their keys, the last first; each with the owner of its signals.
type Rows = Vec<(String, Built, Owner)>;

impl Render for Node {
    type State = Built;

    fn build(self) -> Built {
        let plan = *self.0;
        let namespace = matches!(plan.tag, "svg" | "path").then_some("http://www.w3.org/2000/svg");
        let element = Rndr::create_element(plan.tag, namespace);
        let mut kept = Vec::new();
        for (name, value) in plan.fixed {
            set(&element, name, Some(&value));
        }
        if let Some(made) = plan.made {
            made(&element);
        }
        if let Some(html) = plan.html {
            element.set_inner_html(&html);
        }
        for child in plan.children {
            kept.extend(append(&element, child));
        }
        for (name, value) in plan.live {
            kept.push(live(&element, name, value));
        }
        for (name, holds) in plan.classes {
            let classes = element.class_list();
            kept.push(Kept::Live(RenderEffect::new(move |_| {
                // Fails for no name without spaces.
                let _ = classes.toggle_with_force(name, holds());
            })));
        }
        for (name, handler) in plan.handlers {
            kept.push(Kept::Listener(Listener::new(&element, name, handler)));
        }
        Built { element, _kept: kept }
    }

    fn rebuild(self, state: &mut Built) {
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

fn live(element: &Element, name: &'static str, value: Words) -> Kept {
    let element = element.clone();
    Kept::Live(RenderEffect::new(move |_| set(&element, name, value().as_deref())))
}

fn set(element: &Element, name: &str, value: Option<&str>) {
    // A field's text is a property: the attribute is only its first value. Writing the same would move the cursor.
    if name == "value" {
        let field: &web_sys::HtmlInputElement = element.unchecked_ref();
        let value = value.unwrap_or_default();
        if field.value() != value {
            field.set_value(value);
        }
        return;
    }
    // Fails for no name that is written in this crate.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

fn append(parent: &Element, child: Child) -> Option<Kept> {
    match child {
        Child::Node(node) => {
            let built = node.build();
            let _ = parent.append_child(&built.element);
            Some(Kept::Child(built))
        }
        Child::Text(text) => {
            let _ = parent.append_child(&Rndr::create_text_node(&text));
            None
        }
        Child::Words(words) => {
            let text = Rndr::create_text_node("");
            let _ = parent.append_child(&text);
            Some(Kept::Live(RenderEffect::new(move |_| {
                text.set_node_value(words().as_deref());
            })))
        }
        Child::Part(part) => Some(follow_part(parent, part)),
        Child::List(keys, make, around) => Some(follow_list(parent, keys, make, around)),
    }
}

/// A place among the children of `parent`: what belongs there stands before it.
fn mark(parent: &Element) -> web_sys::Node {
    let mark: web_sys::Node = Rndr::create_placeholder().unchecked_into();
    let _ = parent.append_child(&mark);
    mark
}

fn follow_part(parent: &Element, part: Part) -> Kept {
    let (mark, parent) = (mark(parent), parent.clone());
    let slot = Rc::new(RefCell::new(None::<Built>));
    let place = Rc::downgrade(&slot);
    let effect = RenderEffect::new(move |_| {
        let Some(place) = place.upgrade() else { return };
        if let Some(old) = place.take() {
            old.element.remove();
        }
        let new = part().map(Render::build);
        if let Some(new) = &new {
            let _ = parent.insert_before(&new.element, Some(&mark));
        }
        place.replace(new);
    });
    Kept::Part(effect, slot)
}

fn follow_list(parent: &Element, keys: Keys, make: Make, around: Around) -> Kept {
    let (mark, parent) = (mark(parent), parent.clone());
    // What belongs to a row must outlive the runs of this effect.
    let owner = Owner::current().unwrap_or_default();
    let slot = Rc::new(RefCell::new(Rows::new()));
    let place = Rc::downgrade(&slot);
    let effect = RenderEffect::new(move |_| {
        let Some(place) = place.upgrade() else { return };
        let mut old = place.take();
        untrack(|| around(old.get(old.len() / 2).map(|row| &row.1.element)));
        old.reverse();
        let mut rows = Rows::new();
        let mut next = mark.clone();
        let keys = keys();
        // What goes leaves first: among what stays it would make all before it look out of place.
        old.retain(|(key, built, _)| {
            let stays = keys.contains(key);
            if !stays {
                built.element.remove();
            }
            stays
        });
        for (index, key) in keys.into_iter().enumerate().rev() {
            // What stays is mostly where it was: the last that is left.
            let row = if let Some(at) = old.iter().rposition(|(other, ..)| *other == key) {
                old.remove(at)
            } else {
                let owner = owner.child();
                let built = owner.with(|| untrack(|| make(index).build()));
                (key, built, owner)
            };
            let element: &web_sys::Node = &row.1.element;
            // What stands in its place already is not moved: moving would end its animations and its focus.
            if element.next_sibling().as_ref() != Some(&next) {
                let _ = parent.insert_before(element, Some(&next));
            }
            next = element.clone();
            rows.push(row);
        }
        for (_, gone, _) in &old {
            gone.element.remove();
        }
        place.replace(rows);
        untrack(|| around(None));
    });
    Kept::List(effect, slot)
}

impl Mountable for Built {
    fn unmount(&mut self) {
        self.element.remove();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&web_sys::Node>) {
        let _ = parent.insert_before(&self.element, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let parent = self.element.parent_element();
        if let Some(parent) = &parent {
            child.mount(parent, Some(&self.element));
        }
        parent.is_some()
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.element.clone()]
    }
}

impl AddAnyAttr for Node {
    type Output<SomeNewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self {
        self
    }
}

/// Leptos asks this of every view. The widget is never rendered on a server, so there is nothing to write or hydrate.
impl RenderHtml for Node {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Built {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}
