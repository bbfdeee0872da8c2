//! Which method of the contract a gRPC path names.

use prost_reflect::MethodDescriptor;

/// The method behind `/package.Service/Method`; none where the contract has no such one.
pub(crate) fn named_by(path: &str) -> Option<MethodDescriptor> {
    let (service, method) = path.strip_prefix('/')?.split_once('/')?;
    let service = proto::descriptors().get_service_by_name(service)?;
    service.methods().find(|known| known.name() == method)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_methods_of_the_contract_are_named() {
        let is_method = |path| named_by(path).is_some();
        assert!(is_method(
            "/firstbell.police.v1.PoliceService/GetNotification"
        ));
        assert!(!is_method(
            "/firstbell.police.v1.PoliceService/TestyMcTestface"
        ));
        assert!(!is_method(
            "/firstbell.police.v1.PoliceService/GetNotification/Testy"
        ));
        assert!(!is_method("/"));
    }
}
