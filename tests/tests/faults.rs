//! Faults, from outside: real processes, killed, starved, restored and pestered; then the judge.
//!
//! Each test runs a few rounds here and as many as `FIRSTBELL_FAULT_ROUNDS` says; `tests/faults`
//! runs many. Every round prints its seed; `FIRSTBELL_FAULT_SEED` plays one again. What is killed is
//! what the round started, by its own id.

#[cfg(test)]
mod faults {
    mod absent;
    mod broker;
    mod chance;
    mod cluster;
    mod confirming;
    mod disk;
    mod disks;
    mod hub;
    mod jumps;
    mod kills;
    mod load;
    mod older;
    mod push;
    mod pushers;
    mod record;
    mod restarts;
    mod restoring;
    mod rounds;
    mod rubbish;
    mod services;
    mod settling;
    mod several;
    mod site;
    mod storm;
    mod streams;
    mod town;
}
