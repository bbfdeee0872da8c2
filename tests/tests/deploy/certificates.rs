//! The certificates that the script makes hold, for their names and for those who believe the
//! authority; the scripts overwrite nothing.

use super::tools::{run, secrets};
use rustls::{
    ClientConfig, ClientConnection, Connection, RootCertStore, ServerConfig, ServerConnection,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    server::WebPkiClientVerifier,
};
use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};

#[test]
fn processes_and_brokers_know_each_other_by_name() {
    let secrets = secrets();
    let folder = secrets.path();
    for (client, server) in [
        ("police", "keys"),
        ("door", "schools"),
        ("schools", "nats-2"),
        ("nats-1", "nats-3"),
        ("firstbell", "kurrentdb"),
    ] {
        let name = format!("{server}.firstbell.internal");
        let agreed = shaken((folder, client), (folder, server), &name);
        assert_eq!(agreed, Ok(()), "{client} to {server}");
    }
}

#[test]
fn nobody_passes_for_another_or_comes_from_elsewhere() {
    let (ours, strange) = (secrets(), secrets());
    let (ours, strange) = (ours.path(), strange.path());
    let keys = "keys.firstbell.internal";
    let other_name = shaken((ours, "police"), (ours, "schools"), keys);
    assert!(other_name.unwrap_err().contains("NotValidForName"));
    let server = shaken((ours, "police"), (strange, "keys"), keys);
    assert!(server.is_err());
    let client = shaken((strange, "police"), (ours, "keys"), keys);
    assert!(client.is_err());
}

#[test]
fn keys_and_passwords_are_their_owners_alone() {
    let secrets = secrets();
    let mut private = 0;
    let names = fs::read_dir(secrets.path()).unwrap();
    let folders = names.map(|entry| entry.unwrap().path());
    let inside = folders.flat_map(|path| match fs::read_dir(&path) {
        Ok(files) => files.map(|file| file.unwrap().path()).collect(),
        Err(_) => vec![path],
    });
    for file in inside {
        let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        let name = file.file_name().unwrap().to_str().unwrap();
        if ["authority.pem", "certificate.pem"].contains(&name) {
            assert_eq!(mode, 0o644, "{}", file.display());
        } else {
            assert_eq!(mode, 0o600, "{}", file.display());
            private += 1;
        }
    }
    assert!(private > 12, "keys and passwords are found");
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let secrets = secrets();
    let folder = secrets.path().to_str().unwrap();
    let before = contents(secrets.path());
    for (script, arguments) in [
        ("certificates", &[folder][..]),
        ("certificates", &[folder, "police"]),
        ("certificates", &[folder, "../police"]),
        ("passwords", &[folder]),
    ] {
        let refused = run(script, arguments);
        assert_eq!(refused.status.code(), Some(1), "{script} {arguments:?}");
        assert!(!refused.stderr.is_empty());
        assert_eq!(contents(secrets.path()), before);
    }
    // A folder that was moved away is made anew, by the same authority.
    fs::rename(secrets.path().join("police"), secrets.path().join("old")).unwrap();
    assert!(run("certificates", &[folder, "police"]).status.success());
    let ours = secrets.path();
    let name = "police.firstbell.internal";
    assert_eq!(shaken((ours, "door"), (ours, "police"), name), Ok(()));
}

fn contents(folder: &Path) -> Vec<Vec<u8>> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|one| one.unwrap().path())
        .collect();
    names.sort();
    let of = |path: &Path| {
        if path.is_dir() {
            contents(path)
        } else {
            vec![fs::read(path).unwrap()]
        }
    };
    names.iter().flat_map(|path| of(path)).collect()
}

/// One shows its certificate to the other, each believing its own folder's authority.
fn shaken(client: (&Path, &str), server: (&Path, &str), name: &str) -> Result<(), String> {
    let provider = Arc::new(default_provider());
    let (chain, key) = shown(client);
    let client = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(believed(client.0))
        .with_client_auth_cert(chain, key)
        .unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(believed(server.0)), provider.clone());
    let (chain, key) = shown(server);
    let server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(chain, key)
        .unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut client = ClientConnection::new(Arc::new(client), name)
        .unwrap()
        .into();
    let mut server = ServerConnection::new(Arc::new(server)).unwrap().into();
    while is_shaking(&client) || is_shaking(&server) {
        hand(&mut client, &mut server)?;
        hand(&mut server, &mut client)?;
    }
    Ok(())
}

fn is_shaking(connection: &Connection) -> bool {
    connection.is_handshaking() || connection.wants_write()
}

fn hand(from: &mut Connection, to: &mut Connection) -> Result<(), String> {
    let mut bytes = Vec::new();
    while from.wants_write() {
        from.write_tls(&mut bytes).unwrap();
    }
    let mut bytes = bytes.as_slice();
    while !bytes.is_empty() {
        to.read_tls(&mut bytes).unwrap();
        let read = to.process_new_packets();
        read.map_err(|error| format!("{error:?}"))?;
    }
    Ok(())
}

fn shown((folder, name): (&Path, &str)) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let file = |what: &str| folder.join(name).join(what);
    let certificate = CertificateDer::from_pem_file(file("certificate.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(file("key.pem")).unwrap();
    (vec![certificate], key)
}

fn believed(folder: &Path) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_file(folder.join("authority.pem"));
    roots.add(authority.unwrap()).unwrap();
    roots
}
