//! What ships for those who run a hub: each file is read by the program it is for, where the machine
//! has it, and all of them agree with each other and with what Firstbell takes.

#[cfg(test)]
mod deploy {
    mod addresses;
    mod brokers;
    mod certificates;
    mod commands;
    mod composed;
    mod image;
    mod sandbox;
    mod settings;
    mod tools;
    mod units;
    mod yaml;
}
