//! Making a hub with the real program.

use std::{
    net::TcpListener,
    process::{Command, Stdio},
    time::Duration,
};

/// Whatever was there when it was killed, the same command goes on, and then makes nothing again.
#[test]
fn making_a_hub_that_was_killed_at_any_moment_goes_on() {
    for kill_after in (0..8).map(|step| Duration::from_millis(step * 60)) {
        let folder = tempfile::tempdir().unwrap();
        let init = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_firstbell"));
            command.arg("init").arg("--data").arg(folder.path());
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let mut killed = init().spawn().unwrap();
        std::thread::sleep(kill_after);
        killed.kill().unwrap();
        killed.wait().unwrap();
        init().status().unwrap();
        let token = std::fs::read_to_string(folder.path().join("operator.token")).unwrap();
        assert!(token.starts_with("fb_") && token.ends_with('\n'));
        assert!(!init().status().unwrap().success());
    }
}

#[test]
fn a_hub_for_real_children_does_not_run_by_a_clock_that_somebody_turns() {
    let folder = tempfile::tempdir().unwrap();
    let command = |name: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_firstbell"));
        command.args([name, "--data"]).arg(folder.path());
        command
    };
    assert!(command("init").output().unwrap().status.success());
    let file = folder.path().join("hour");
    std::fs::write(&file, "2026-11-20T01:00:00Z").unwrap();
    // Taken, so that it ends whatever it thinks of its clock.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut up = command("up");
    up.args(["--listen", &taken.local_addr().unwrap().to_string()]);
    let up = up.env("FIRSTBELL_CLOCK_FILE", &file).output().unwrap();
    let said = String::from_utf8_lossy(&up.stderr);
    assert_eq!(up.status.code(), Some(1), "{said}");
    assert!(said.contains("init --for-tests"), "{said}");
}
