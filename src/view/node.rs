//! Elements of the views: a Leptos view of one type for all of them. `view!` makes a type for each shape of markup, and
//! the code for building, updating and removing it anew for each: for this widget three times the bytes
//! (docs/adr/0003-one-view-type.md). What is live is a closure over signals, as in `view!`.
//!
//! Here: saying what is wanted. Making and keeping it is in `built.rs`.

use std::borrow::Cow;

use web_sys::{Element, Event};

mod built;

type Words = Box<dyn Fn() -> Option<String> + Send>;
type Holds = Box<dyn Fn() -> bool + Send>;
type Handler = Box<dyn FnMut(Event) + Send>;
type Part = Box<dyn Fn() -> Option<Node> + Send>;
type Keys = Box<dyn Fn() -> Vec<String> + Send>;
type Make = Box<dyn Fn(&str) -> Node + Send>;
type Made = Box<dyn FnOnce(&Element) + Send>;

/// An element to be.
pub(crate) struct Node {
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
    Text(Cow<'static, str>),
    /// A text that follows signals.
    Words(Words),
    /// An element, or none, made anew whenever the signals it reads change.
    Part(Part),
    /// Elements with an identity, in an order.
    List(Keys, Make),
}

/// An element of this tag.
pub(crate) fn el(tag: &'static str) -> Node {
    Node {
        tag,
        fixed: Vec::new(),
        live: Vec::new(),
        classes: Vec::new(),
        handlers: Vec::new(),
        html: None,
        children: Vec::new(),
        made: None,
    }
}

/// A `button` that does something when clicked.
pub(crate) fn button(class: &'static str, click: impl FnMut() + Send + 'static) -> Node {
    let mut click = click;
    el("button").attr("type", "button").class(class).on("click", move |_| click())
}

impl Node {
    /// An attribute that stays.
    pub(crate) fn attr(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.fixed.push((name, value.into()));
        self
    }

    /// The attribute `class`.
    pub(crate) fn class(self, value: impl Into<Cow<'static, str>>) -> Self {
        self.attr("class", value)
    }

    /// An attribute that follows signals; absent while there is no value.
    pub(crate) fn live(
        mut self,
        name: &'static str,
        value: impl Fn() -> Option<String> + Send + 'static,
    ) -> Self {
        self.live.push((name, Box::new(value)));
        self
    }

    /// The accessible name.
    pub(crate) fn label(self, words: impl Fn() -> String + Send + 'static) -> Self {
        self.live("aria-label", move || Some(words()))
    }

    /// A class the element has while this holds.
    pub(crate) fn class_if(mut self, name: &'static str, holds: impl Fn() -> bool + Send + 'static) -> Self {
        self.classes.push((name, Box::new(holds)));
        self
    }

    /// An event handler.
    pub(crate) fn on(mut self, name: &'static str, handler: impl FnMut(Event) + Send + 'static) -> Self {
        self.handlers.push((name, Box::new(handler)));
        self
    }

    /// Content that is HTML already. Only what the server has made safe.
    pub(crate) fn html(mut self, html: String) -> Self {
        self.html = Some(html);
        self
    }

    /// The next child.
    pub(crate) fn child(mut self, child: Node) -> Self {
        self.children.push(Child::Node(child));
        self
    }

    /// A text that stays.
    pub(crate) fn text(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.children.push(Child::Text(text.into()));
        self
    }

    /// A text that follows signals.
    pub(crate) fn words(mut self, words: impl Fn() -> String + Send + 'static) -> Self {
        self.children.push(Child::Words(Box::new(move || Some(words()))));
        self
    }

    /// An element, or none, made anew whenever the signals read here change.
    pub(crate) fn part(mut self, part: impl Fn() -> Option<Node> + Send + 'static) -> Self {
        self.children.push(Child::Part(Box::new(part)));
        self
    }

    /// Elements that keep their identity while the list changes around them: each key's is made once.
    pub(crate) fn list(
        mut self,
        keys: impl Fn() -> Vec<String> + Send + 'static,
        make: impl Fn(&str) -> Node + Send + 'static,
    ) -> Self {
        self.children.push(Child::List(Box::new(keys), Box::new(make)));
        self
    }

    /// Several children.
    pub(crate) fn children(mut self, children: impl IntoIterator<Item = Node>) -> Self {
        self.children.extend(children.into_iter().map(Child::Node));
        self
    }

    /// Called with the element when it is there, before its children are.
    pub(crate) fn made(mut self, made: impl FnOnce(&Element) + Send + 'static) -> Self {
        self.made = Some(Box::new(made));
        self
    }
}
