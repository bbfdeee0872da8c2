//! The real program, as it was built.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::OnceLock,
};

/// The built `firstbell`. Cargo names only a package's own programs, so it is looked for beside this
/// test; where it is missing it is built.
pub fn firstbell() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let own = env::current_exe().unwrap();
        let program = own.parent().unwrap().parent().unwrap().join("firstbell");
        if !program.exists() {
            println!("target holds no firstbell: building it");
            let built = Command::new(env!("CARGO"))
                .args(["build", "-p", "firstbell", "--locked"])
                .status();
            assert!(built.unwrap().success(), "firstbell can be built");
        }
        assert!(program.exists(), "firstbell is beside this test's folder");
        program
    })
}

/// A command of it, with nothing of this process's own configuration.
pub fn command() -> Command {
    command_of(firstbell())
}

/// The same of another build of it.
pub fn command_of(build: &Path) -> Command {
    let mut command = Command::new(build);
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("FIRSTBELL_") {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// Runs a command that must end with one of these codes.
#[track_caller]
pub fn run(command: &mut Command, codes: &[i32]) -> Output {
    let output = command.output().unwrap();
    let code = output.status.code();
    assert!(
        code.is_some_and(|code| codes.contains(&code)),
        "{:?} ended with {code:?}\n{}{}",
        command.get_args().collect::<Vec<_>>(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    output
}

/// `kill -9`, and gone.
pub fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}
