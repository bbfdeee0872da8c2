//! Making a hub with the real program.

use std::{
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
