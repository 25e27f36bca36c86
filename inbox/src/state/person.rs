//! Seeing and editing the person (P5: any change of email makes it unverified; the server does that).

use doorstep_protocol::inbox::{Contact, EditContact};

use super::event::{Answer, Call, Effect, Failure, Focus};
use super::model::{Edit, Field, Model};

/// What a field holds.
pub fn value(contact: &Contact, field: Field) -> Option<&str> {
    match field {
        Field::Email => contact.email.as_deref(),
        Field::Name => contact.name.as_deref(),
        Field::Phone => contact.phone.as_deref(),
    }
}

fn contact(model: &Model) -> Option<&Contact> {
    model.thread.as_ref()?.row.as_ref().map(|row| &row.contact)
}

pub(super) fn edit(model: &mut Model, field: Field) -> Vec<Effect> {
    let Some(contact) = contact(model) else { return Vec::new() };
    let value = value(contact, field).unwrap_or_default().to_owned();
    model.edit = Some(Edit { field, value, busy: false, problem: None });
    vec![Effect::Focus(Focus::Field)]
}

pub(super) fn changed(model: &mut Model, value: String) -> Vec<Effect> {
    if let Some(edit) = &mut model.edit {
        edit.value = value;
    }
    Vec::new()
}

pub(super) fn cancel(model: &mut Model) -> Vec<Effect> {
    model.edit = None;
    Vec::new()
}

pub(super) fn save(model: &mut Model) -> Vec<Effect> {
    let Some(id) = contact(model).map(|contact| contact.id.clone()) else { return Vec::new() };
    let Some(edit) = model.edit.as_mut().filter(|edit| !edit.busy) else { return Vec::new() };
    edit.busy = true;
    edit.problem = None;
    let value = Some(edit.value.trim().to_owned());
    let change = match edit.field {
        Field::Email => EditContact { email: value, ..EditContact::default() },
        Field::Name => EditContact { name: value, ..EditContact::default() },
        Field::Phone => EditContact { phone: value, ..EditContact::default() },
    };
    vec![Effect::Call(Call::EditContact { id, change })]
}

pub(super) fn saved(model: &mut Model, outcome: Result<Answer, Failure>) -> Vec<Effect> {
    match outcome {
        Ok(Answer::Contact(contact)) => {
            model.edit = None;
            let thread_row = model.thread.as_mut().and_then(|thread| thread.row.as_mut());
            for row in model.rows.iter_mut().chain(thread_row).filter(|row| row.contact.id == contact.id) {
                row.contact = (*contact).clone();
            }
        }
        Ok(_) => {}
        Err(failure) => {
            if let Some(edit) = &mut model.edit {
                edit.busy = false;
                edit.problem = Some(if failure.may_pass() {
                    "The server cannot be reached. Try again.".to_owned()
                } else {
                    failure.message
                });
            }
        }
    }
    Vec::new()
}
