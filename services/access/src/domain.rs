//! Pure rules: what can happen to an organisation, a token and a contact.

pub(crate) mod contact;
#[cfg(test)]
mod frozen;
pub(crate) mod organisation;
pub(crate) mod token;

pub(crate) use contact::{Contact, ContactEvent};
pub(crate) use organisation::{OrganisationEvent, OrganisationStream};
pub(crate) use token::{Token, TokenEvent};
