//! Mutual TLS between the processes of one hub.
//!
//! Each process shows one certificate, signed by the hub's own authority, whose DNS name says which
//! service it is: `police.firstbell.internal`. Wherever a service is reached, that name is what its
//! caller insists on, and what it is known by where it calls.

use crate::{config, peer::Peer};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, RootCertStore, ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject},
        server::{VerifierBuilderError, WebPkiClientVerifier},
    },
};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

/// What a process shows the others, and whom it believes.
#[derive(Clone)]
pub struct Badge {
    server: Arc<ServerConfig>,
    client: ClientTlsConfig,
}

/// Why a process cannot take part. Names the key of the configuration.
#[derive(Debug, thiserror::Error)]
pub enum BadgeError {
    /// Nothing is configured.
    #[error("`{0}` must name a PEM file: processes of one hub know each other by certificate")]
    NotNamed(&'static str),
    /// The file is not there or cannot be read.
    #[error("read the file of `{0}`")]
    File(&'static str, #[source] io::Error),
    /// The file holds something else.
    #[error("read the PEM file of `{0}`")]
    Pem(&'static str, #[source] pem::Error),
    /// Certificate and key do not belong together, or the library cannot use them.
    #[error("use the certificate of `tls.certificate_file` with the key of `tls.key_file`")]
    Certificate(#[source] rustls::Error),
    /// The authority is none.
    #[error("use the authority of `tls.ca_file`")]
    Authority(#[source] VerifierBuilderError),
    /// It is another process's.
    #[error("the certificate of `tls.certificate_file` is not for {0}{DOMAIN}")]
    AnotherName(&'static str),
    /// The address of another process.
    #[error("reach `{0}`: write it as https://host:port")]
    Address(String, #[source] tonic::transport::Error),
}

/// What the names of all services end in.
const DOMAIN: &str = ".firstbell.internal";
/// The one protocol between processes.
const HTTP2: &[u8] = b"h2";

// === impl Badge ===

impl Badge {
    /// Reads the files of the process that is `service`.
    pub fn load(tls: &config::Tls, service: &'static str) -> Result<Self, BadgeError> {
        let certificate = named("tls.certificate_file", tls.certificate_file.as_ref())?;
        let key = named("tls.key_file", tls.key_file.as_ref())?;
        let authority = named("tls.ca_file", tls.ca_file.as_ref())?;
        let identity = Identity::from_pem(
            read("tls.certificate_file", certificate)?,
            read("tls.key_file", key)?,
        );
        let client = ClientTlsConfig::new()
            .ca_certificate(Certificate::from_pem(read("tls.ca_file", authority)?))
            .identity(identity);
        let key = PrivateKeyDer::from_pem_file(key);
        let key = key.map_err(|error| BadgeError::Pem("tls.key_file", error))?;
        let chain = certificates("tls.certificate_file", certificate)?;
        if peer(Some(&chain)).is_none_or(|own| &*own.0 != service) {
            return Err(BadgeError::AnotherName(service));
        }
        Ok(Self {
            server: Arc::new(server(chain, key, certificates("tls.ca_file", authority)?)?),
            client,
        })
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.server))
    }

    /// The way to `service` at `address`, e.g. `https://10.0.0.7:8431`. It connects with the first
    /// call and again whenever it must. Call it inside a runtime.
    pub fn channel(&self, service: &str, address: &str) -> Result<Channel, BadgeError> {
        let unusable = |error| BadgeError::Address(format!("peers.{service}"), error);
        let tls = self
            .client
            .clone()
            .domain_name(format!("{service}{DOMAIN}"));
        let endpoint = Endpoint::from_shared(address.to_owned()).map_err(unusable)?;
        let endpoint = endpoint.tls_config(tls).map_err(unusable)?;
        Ok(crate::server::patient(endpoint).connect_lazy())
    }
}

fn server(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    authorities: Vec<CertificateDer<'static>>,
) -> Result<ServerConfig, BadgeError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    for authority in authorities {
        roots.add(authority).map_err(BadgeError::Certificate)?;
    }
    let callers =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let callers = callers.build().map_err(BadgeError::Authority)?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(BadgeError::Certificate)?
        .with_client_cert_verifier(callers)
        .with_single_cert(chain, key)
        .map_err(BadgeError::Certificate)?;
    config.alpn_protocols = vec![HTTP2.to_vec()];
    Ok(config)
}

/// The service that a caller's certificate names; none where it names none of ours.
pub(crate) fn peer(chain: Option<&[CertificateDer<'_>]>) -> Option<Peer> {
    let certificate = webpki::EndEntityCert::try_from(chain?.first()?).ok()?;
    let mut names = certificate.valid_dns_names();
    let service = names.find_map(|name| name.strip_suffix(DOMAIN))?;
    Some(Peer(service.into()))
}

fn named<'a>(key: &'static str, path: Option<&'a PathBuf>) -> Result<&'a Path, BadgeError> {
    path.map(PathBuf::as_path).ok_or(BadgeError::NotNamed(key))
}

fn read(key: &'static str, path: &Path) -> Result<Vec<u8>, BadgeError> {
    fs::read(path).map_err(|error| BadgeError::File(key, error))
}

fn certificates(
    key: &'static str,
    path: &Path,
) -> Result<Vec<CertificateDer<'static>>, BadgeError> {
    let wrong = |error| BadgeError::Pem(key, error);
    let all = CertificateDer::pem_file_iter(path).map_err(wrong)?;
    let all: Vec<_> = all.collect::<Result<_, _>>().map_err(wrong)?;
    if all.is_empty() {
        Err(wrong(pem::Error::NoItemsFound))
    } else {
        Ok(all)
    }
}
