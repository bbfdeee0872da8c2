//! Between the matcher's model and the numbers that are kept of it.

use crate::wire::stored as s;
use matching::{Chances, Field, Model};

// === impl WeightModel ===

impl s::WeightModel {
    /// Every number of a model.
    pub fn of(model: &Model) -> Self {
        let chances = |field: Field| {
            let chances = model.chances(field);
            s::FieldChances {
                field: field.name().to_owned(),
                same: chances.same.to_vec(),
                other: chances.other.to_vec(),
            }
        };
        Self {
            version: model.version.clone(),
            on_roll: model.on_roll,
            on_roll_at: model.on_roll_at.to_vec(),
            fields: Field::ALL.map(chances).to_vec(),
        }
    }

    /// The model. A field or an age that is not kept, because the matcher learnt to compare it later,
    /// is as in the standard one.
    pub fn numbers(&self) -> Model {
        let mut model = Model::default();
        model.version.clone_from(&self.version);
        model.on_roll = self.on_roll;
        for (share, kept) in model.on_roll_at.iter_mut().zip(&self.on_roll_at) {
            *share = *kept;
        }
        for kept in &self.fields {
            let field = Field::ALL
                .into_iter()
                .find(|field| field.name() == kept.field);
            let sides = (
                kept.same.as_slice().try_into(),
                kept.other.as_slice().try_into(),
            );
            if let (Some(field), (Ok(same), Ok(other))) = (field, sides) {
                model = model.with(field, Chances { same, other });
            }
        }
        model
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_model_is_all_of_it() {
        let mut model = Model::default();
        model.version = "learnt-0a0b0c0d".to_owned();
        model.on_roll = 0.83;
        model.on_roll_at[3] = 0.21;
        let same = [0.5, 0.25, 0.125, 0.0625, 0.0625];
        let other = model.chances(Field::Forename).other;
        let model = model.with(Field::Forename, Chances { same, other });
        assert_eq!(s::WeightModel::of(&model).numbers(), model);
    }

    #[test]
    fn a_field_that_was_not_compared_then_is_as_in_the_standard_model() {
        let mut kept = s::WeightModel::of(&Model::default());
        kept.fields.retain(|kept| kept.field != "house");
        kept.fields.push(s::FieldChances {
            field: "shoe_size".to_owned(),
            ..s::FieldChances::default()
        });
        assert_eq!(kept.numbers(), Model::default());
    }
}
