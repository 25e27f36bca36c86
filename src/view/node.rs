//! Elements of the views: a Leptos view of one type for all of them. `view!` makes a type for each shape of markup, and
//! the code for building, updating and removing it anew for each: for this widget three times the bytes
//! (docs/adr/0003-one-view-type.md). What is live is a closure over signals, as in `view!`.
//!
//! Here: saying what is wanted. Making and keeping it is in `built.rs`.

use std::borrow::Cow;

use web_sys::{Element, Event};

use crate::ui::Ui;

mod built;

type Words = Box<dyn Fn() -> Option<String> + Send>;
type Holds = Box<dyn Fn() -> bool + Send>;
type Handler = Box<dyn FnMut(Event) + Send>;
type Part = Box<dyn Fn() -> Option<Node> + Send>;
type Keys = Box<dyn Fn() -> Vec<String> + Send>;
type Make = Box<dyn Fn(usize) -> Node + Send>;
type Around = Box<dyn Fn(Option<&Element>) + Send>;
type Made = Box<dyn FnOnce(&Element) + Send>;

/// An element to be. A single pointer, so that a chain of calls passes just that.
pub(crate) struct Node(Box<Plan>);

/// What is wanted of an element.
struct Plan {
    tag: &'static str,
    fixed: Vec<(&'static str, Cow<'static, str>)>,
    live: Vec<(&'static str, Words)>,
    classes: Vec<(&'static str, Holds)>,
    handlers: Vec<(&'static str, Handler)>,
    html: Option<String>,
    children: Vec<Child>,
    made: Option<Made>,
}

/// What an element contains.
enum Child {
    /// An element.
    Node(Node),
    /// A text that stays.
    Text(String),
    /// A text that follows signals.
    Words(Words),
    /// An element, or none, made anew whenever the signals it reads change.
    Part(Part),
    /// Elements with an identity, in an order; made by their place in it.
    List(Keys, Make, Around),
}

/// An element of this tag.
pub(crate) fn el(tag: &'static str, class: &'static str) -> Node {
    let node = Node(Box::new(Plan {
        tag,
        fixed: Vec::new(),
        live: Vec::new(),
        classes: Vec::new(),
        handlers: Vec::new(),
        html: None,
        children: Vec::new(),
        made: None,
    }));
    if class.is_empty() { node } else { node.attr("class", class) }
}

/// A `button` that does something when clicked.
pub(crate) fn button(class: &'static str, mut click: impl FnMut() + Send + 'static) -> Node {
    el("button", class).attr("type", "button").on("click", move |_| click())
}

impl Node {
    /// An attribute that stays.
    #[inline(never)]
    pub(crate) fn attr(mut self, name: &'static str, value: &'static str) -> Self {
        self.0.fixed.push((name, value.into()));
        self
    }

    /// An attribute that stays, made of data.
    #[inline(never)]
    pub(crate) fn data(mut self, name: &'static str, value: String) -> Self {
        self.0.fixed.push((name, value.into()));
        self
    }

    /// An attribute that follows signals; absent while there is no value.
    pub(crate) fn live(
        self,
        name: &'static str,
        value: impl Fn() -> Option<String> + Send + 'static,
    ) -> Self {
        self.boxed_live(name, Box::new(value))
    }

    #[inline(never)]
    fn boxed_live(mut self, name: &'static str, value: Words) -> Self {
        self.0.live.push((name, value));
        self
    }

    /// The accessible name.
    pub(crate) fn label(self, words: impl Fn() -> String + Send + 'static) -> Self {
        self.live("aria-label", move || Some(words()))
    }

    /// A class the element has while this holds.
    pub(crate) fn class_if(self, name: &'static str, holds: impl Fn() -> bool + Send + 'static) -> Self {
        self.boxed_class(name, Box::new(holds))
    }

    #[inline(never)]
    fn boxed_class(mut self, name: &'static str, holds: Holds) -> Self {
        self.0.classes.push((name, holds));
        self
    }

    /// An event handler.
    pub(crate) fn on(self, name: &'static str, handler: impl FnMut(Event) + Send + 'static) -> Self {
        self.boxed_on(name, Box::new(handler))
    }

    #[inline(never)]
    fn boxed_on(mut self, name: &'static str, handler: Handler) -> Self {
        self.0.handlers.push((name, handler));
        self
    }

    /// Content that is HTML already. Only what the server has made safe.
    pub(crate) fn html(mut self, html: String) -> Self {
        self.0.html = Some(html);
        self
    }

    #[inline(never)]
    fn push(mut self, child: Child) -> Self {
        self.0.children.push(child);
        self
    }

    /// The next child.
    #[inline(never)]
    pub(crate) fn child(self, child: Node) -> Self {
        self.push(Child::Node(child))
    }

    /// The next child, if there is one.
    pub(crate) fn maybe(self, child: Option<Node>) -> Self {
        match child {
            Some(child) => self.child(child),
            None => self,
        }
    }

    /// A text that stays.
    #[inline(never)]
    pub(crate) fn text(self, text: String) -> Self {
        self.push(Child::Text(text))
    }

    /// A text that follows signals.
    pub(crate) fn words(self, words: impl Fn() -> String + Send + 'static) -> Self {
        self.push(Child::Words(Box::new(move || Some(words()))))
    }

    /// A text of the present language.
    #[inline(never)]
    pub(crate) fn say(self, ui: Ui, key: &'static str) -> Self {
        self.words(ui.text(key))
    }

    /// The accessible name, a text of the present language.
    #[inline(never)]
    pub(crate) fn name(self, ui: Ui, key: &'static str) -> Self {
        self.label(ui.text(key))
    }

    /// An element, or none, made anew whenever the signals read here change.
    pub(crate) fn part(self, part: impl Fn() -> Option<Node> + Send + 'static) -> Self {
        self.push(Child::Part(Box::new(part)))
    }

    /// Elements that stay while the list changes around them: each key's is made once, by its index.
    pub(crate) fn list(
        self,
        keys: impl Fn() -> Vec<String> + Send + 'static,
        make: impl Fn(usize) -> Node + Send + 'static,
    ) -> Self {
        self.list_around(keys, make, |_| ())
    }

    /// As [`Node::list`]; `around` is called before each change with the element in the middle, and after it with none.
    pub(crate) fn list_around(
        self,
        keys: impl Fn() -> Vec<String> + Send + 'static,
        make: impl Fn(usize) -> Node + Send + 'static,
        around: impl Fn(Option<&Element>) + Send + 'static,
    ) -> Self {
        self.push(Child::List(Box::new(keys), Box::new(make), Box::new(around)))
    }

    /// Several children.
    pub(crate) fn children(mut self, children: impl IntoIterator<Item = Node>) -> Self {
        for child in children {
            self = self.child(child);
        }
        self
    }

    /// Called with the element when it is there, before its children are.
    pub(crate) fn made(mut self, made: impl FnOnce(&Element) + Send + 'static) -> Self {
        self.0.made = Some(Box::new(made));
        self
    }
}
