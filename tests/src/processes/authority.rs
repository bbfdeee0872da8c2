//! The authority of one hub, made up for a test.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Signs a certificate for each process.
pub(super) struct Authority {
    folder: PathBuf,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

// === impl Authority ===

impl Authority {
    pub(super) fn make(folder: &Path) -> Self {
        let folder = folder.join("certificates");
        fs::create_dir(&folder).unwrap();
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let issuer = CertifiedIssuer::self_signed(params, key).unwrap();
        fs::write(folder.join("authority.pem"), issuer.pem()).unwrap();
        Self { folder, issuer }
    }

    /// A certificate for the process of this name.
    pub(super) fn sign(&self, part: &str) {
        let key = KeyPair::generate().unwrap();
        let name = format!("{part}.firstbell.internal");
        let params = CertificateParams::new([name]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        fs::write(self.certificate(part), certificate.pem()).unwrap();
        fs::write(self.key(part), key.serialize_pem()).unwrap();
    }

    pub(super) fn file(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    pub(super) fn certificate(&self, part: &str) -> PathBuf {
        self.folder.join(format!("{part}.pem"))
    }

    pub(super) fn key(&self, part: &str) -> PathBuf {
        self.folder.join(format!("{part}.key"))
    }
}
