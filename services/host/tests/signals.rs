//! A signal becomes a cancellation. In a process of its own, because signals are the process's.
#![cfg(unix)]

use std::process::Command;

#[tokio::test]
async fn asking_the_process_to_end_cancels_the_token() {
    let token = host::shutdown::on_signals().unwrap();
    assert!(!token.is_cancelled());
    let own = std::process::id().to_string();
    let sent = Command::new("kill").args(["-TERM", &own]).status().unwrap();
    assert!(sent.success());
    token.cancelled().await;
}
