//! The answer to each command. An empty list: it is already so.

mod arrive;
mod at_desk;
mod at_school;
mod ladder;
mod place;

use super::{Command, Line, LineEvent, Refusal};

type Decision = Result<Vec<LineEvent>, Refusal>;

/// Decides `command` on `line`.
pub fn decide(line: &Line, command: &Command) -> Decision {
    if let Command::Receive {
        received,
        routing,
        now_ms,
    } = command
    {
        return Ok(arrive::receive(line, received, routing, *now_ms));
    }
    if !line.is_known() {
        return Err(Refusal::NotFound);
    }
    match command {
        Command::Receive { .. } => Ok(Vec::new()),
        Command::Correct { .. } => Ok(arrive::correct(line, command)),
        Command::ReleaseText {
            version,
            content,
            routing,
            now_ms,
        } => Ok(arrive::release_text(
            line, *version, content, routing, *now_ms,
        )),
        Command::Withdraw => Ok(arrive::withdraw(line)),
        Command::Open { alert_id, by } => at_school::open(line, alert_id, by),
        Command::Confirm { .. } => at_school::confirm(line, command),
        Command::Pass {
            alert_id,
            by,
            to,
            now_ms,
        } => at_school::pass(line, alert_id, by, to, *now_ms),
        Command::TellAgain { alert_id, now_ms } => at_school::tell_again(line, alert_id, *now_ms),
        Command::Disown { .. } => at_school::disown(line, command),
        Command::Restore {
            alert_id,
            by,
            now_ms,
        } => at_school::restore(line, alert_id, by, *now_ms),
        Command::AnswerEnquiry { .. } => at_school::answer(line, command),
        Command::Resolve { .. } => at_desk::resolve(line, command),
        Command::HideLocation => Ok(at_desk::hide_location(line)),
        Command::TakeDue { now_ms } => Ok(ladder::take_due(line, *now_ms)),
        Command::Conclude { .. } => Ok(ladder::conclude(line, command)),
    }
}

#[cfg(test)]
mod tests;
