//! Where a webhook goes: https, or http to this machine for trying it out.

use super::organisation;
use host::problem::{FieldErrors, Problem};
use policy::Organisation;
use proto::access::v1::SetWebhookRequest;
use std::net::IpAddr;
use tonic::codegen::http::Uri;

/// A checked webhook.
pub(crate) struct NewWebhook {
    /// Whose.
    pub(crate) organisation: Organisation,
    /// None: no webhook any more.
    pub(crate) url: Option<String>,
}

const LONGEST: usize = 2048;

// === impl NewWebhook ===

impl NewWebhook {
    /// Checks a request.
    pub(crate) fn check(request: SetWebhookRequest) -> Result<Self, Problem> {
        let mut errors = FieldErrors::new();
        let organisation = organisation(request.kind, &request.code, "", &mut errors);
        if !request.url.is_empty() && !is_sound(&request.url) {
            errors.add(
                "url",
                "is no address for a webhook",
                "give an https address without user name and fragment, up to 2,048 characters",
            );
        }
        errors.into_result()?;
        Ok(Self {
            organisation,
            url: Some(request.url).filter(|url| !url.is_empty()),
        })
    }
}

fn is_sound(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else {
        return false;
    };
    let Some(authority) = uri.authority() else {
        return false;
    };
    let plain = url.len() <= LONGEST && !url.contains('#') && !authority.as_str().contains('@');
    let named = !authority.host().is_empty();
    let safe = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => is_loopback(authority.host()),
        _ => false,
    };
    plain && named && safe
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secure_addresses_and_this_machine_are_taken() {
        for good in [
            "https://school.example.org/hooks/firstbell?x=1",
            "https://school.example.org:8443",
            "http://localhost:8080/hook",
            "http://127.0.0.1:8080/hook",
            "http://[::1]:8080/hook",
        ] {
            assert!(is_sound(good), "{good}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for bad in [
            "http://school.example.org/hook",
            "http://localhost.example.org/hook",
            "https://user:pass@school.example.org/hook",
            "https://school.example.org/#x",
            "https://",
            "https:///hook",
            "ftp://school.example.org",
            "/hook",
            "school.example.org",
            "https://school.example.org/a b",
            &format!("https://school.example.org/{}", "x".repeat(2048)),
        ] {
            assert!(!is_sound(bad), "{bad}");
        }
    }
}
