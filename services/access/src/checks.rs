//! Refuses bad input by name of field, and gives back what the rest of the service may rely on.
//!
//! A refusal never repeats a value. The checked types hold personal data, so they have no debug form.

mod contact;
mod organisation;
mod text;
mod token;
mod webhook;

pub(crate) use contact::NewContact;
pub(crate) use organisation::{NewOrganisation, organisation};
pub(crate) use text::contact_id;
pub(crate) use token::{Holder, NewToken};
pub(crate) use webhook::NewWebhook;
