//! The short texts of the night: neutral, alleged, and naming nobody.

/// What is alleged to have happened.
pub(super) const CIRCUMSTANCES: [&str; 14] = [
    "Alleged shouting heard by neighbours; child upstairs.",
    "Alleged argument about money. Officers attended; both adults spoken to apart.",
    "Alleged damage to a door. Child asleep in another room.",
    "Alleged threats by telephone. Child in the next room, awake.",
    "Alleged pushing in the kitchen. Child saw part of it.",
    "Alleged breach of an earlier warning. Nobody hurt. Child with a relative at the time.",
    "Third-party report of raised voices. Adults calm on arrival; child seen and well.",
    "Alleged controlling behaviour disclosed at a station counter. Child not present.",
    "Alleged assault on an adult in the street outside. Child watched from a window.",
    "Caller ended the call early. Officers attended; alleged argument, child in bed.",
    "Alleged harassment by messages over several days. Child is said to know of it.",
    "Alleged throwing of an object in the living room. Child was downstairs.",
    "Alleged refusal to leave the property. Adult left with officers. Child awake throughout.",
    "Alleged verbal abuse during handover between homes. Child in the car.",
];

/// Where the child is said to have been.
pub(super) const WHEREABOUTS: [&str; 6] = [
    "Upstairs, in bed.",
    "In the living room.",
    "In the same room for part of the time.",
    "With a relative.",
    "In the car.",
    "Not at the address.",
];

/// What the child is said to have said; often nothing.
pub(super) const VOICE: [&str; 6] = [
    "",
    "",
    "I put the pillow over my ears.",
    "I want to go to school tomorrow because it is PE.",
    "I heard it but I pretended to sleep.",
    "Please do not tell anyone.",
];

/// Where it is said to have happened, when not at home.
pub(super) const PLACES: [&str; 4] = [
    "at the home address",
    "outside the home address",
    "a supermarket car park",
    "by telephone",
];

/// What police did.
pub(super) const ACTIONS: [&str; 6] = [
    "Words of advice given.",
    "One adult arrested and later bailed.",
    "One adult left the address for the night.",
    "Safety plan agreed with the alleged victim.",
    "Enquiries go on.",
    "Body-worn video kept.",
];

/// Where adults work.
pub(super) const WORKPLACES: [&str; 6] = [
    "",
    "",
    "a warehouse",
    "a bakery",
    "a fruit farm",
    "a bus company",
];
