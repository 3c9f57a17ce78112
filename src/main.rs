//! The program: hands its arguments to the library and ends with the exit code it is given.

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().collect();
    pushdoctor::commands::main(&args).into()
}
