//! Every rule, once, in the order of their codes. A rule that is not listed here does not exist.

use crate::model::{Finding, RulePage};
use crate::validate::facts::Facts;
use crate::validate::rule::Rule;
use crate::validate::rules::{
    agency_not_valid::AgencyNotValid, all_zero::AllZero, another_unit::AnotherUnit, breakdown_form::BreakdownForm,
    copied_forward::CopiedForward, date_form::DateForm, date_in_future::DateInFuture, date_of_birth::DateOfBirth,
    dates_in_order::DatesInOrder, day_first_date::DayFirstDate, denominator_missing::DenominatorMissing,
    double_reporting::DoubleReporting, duplicate_key::DuplicateKey, error_value::ErrorValue, exact_age::ExactAge,
    external_formula::ExternalFormula, frequency_mismatch::FrequencyMismatch, full_postcode::FullPostcode,
    implausible_change::ImplausibleChange, learner_number::LearnerNumber, locality_not_valid::LocalityNotValid,
    months_against_longer::MonthsAgainstLonger, national_insurance_number::NationalInsuranceNumber,
    negative_count::NegativeCount, nhs_number::NhsNumber, not_a_number::NotANumber, not_the_owner::NotTheOwner,
    nothing_reported::NothingReported, number_as_text::NumberAsText,
    numerator_above_denominator::NumeratorAboveDenominator, outside_plausible_range::OutsidePlausibleRange,
    part_above_total::PartAboveTotal, parts_against_total::PartsAgainstTotal, percent_sign::PercentSign,
    percentage_for_fraction::PercentageForFraction, period_as_date::PeriodAsDate, period_form::PeriodForm,
    period_in_future::PeriodInFuture, period_left_out::PeriodLeftOut, period_not_over::PeriodNotOver,
    person_name::PersonName, places_against_whole::PlacesAgainstWhole, pupil_number::PupilNumber,
    required_field::RequiredField, restated::Restated, running_total::RunningTotal, saved_formula::SavedFormula,
    score_range::ScoreRange, staff_name::StaffName, statutory_clock::StatutoryClock, telephone_number::TelephoneNumber,
    turned_percentage::TurnedPercentage, unchecked_id::UncheckedId, undated_record::UndatedRecord,
    unknown_column_of_children::UnknownColumnOfChildren, unknown_id::UnknownId, unknown_word::UnknownWord,
    unsaved_formula::UnsavedFormula, value_disagrees::ValueDisagrees, whole_count::WholeCount,
};

const RULES: &[&dyn Rule] = &[
    &UnknownId,
    &PeriodForm,
    &DateForm,
    &UnknownWord,
    &NotANumber,
    &UnsavedFormula,
    &ErrorValue,
    &RequiredField,
    &AgencyNotValid,
    &LocalityNotValid,
    &NegativeCount,
    &NumeratorAboveDenominator,
    &PercentageForFraction,
    &ScoreRange,
    &WholeCount,
    &PeriodInFuture,
    &DateInFuture,
    &BreakdownForm,
    &OutsidePlausibleRange,
    &ValueDisagrees,
    &FrequencyMismatch,
    &PercentSign,
    &UndatedRecord,
    &DenominatorMissing,
    &ExternalFormula,
    &SavedFormula,
    &NumberAsText,
    &DayFirstDate,
    &PeriodAsDate,
    &UncheckedId,
    &UnknownColumnOfChildren,
    &PeriodNotOver,
    &DuplicateKey,
    &DatesInOrder,
    &NotTheOwner,
    &AllZero,
    &CopiedForward,
    &ImplausibleChange,
    &NothingReported,
    &PartAboveTotal,
    &PartsAgainstTotal,
    &PlacesAgainstWhole,
    &RunningTotal,
    &MonthsAgainstLonger,
    &TurnedPercentage,
    &AnotherUnit,
    &Restated,
    &PeriodLeftOut,
    &DoubleReporting,
    &StatutoryClock,
    &NhsNumber,
    &LearnerNumber,
    &PupilNumber,
    &NationalInsuranceNumber,
    &FullPostcode,
    &DateOfBirth,
    &PersonName,
    &TelephoneNumber,
    &StaffName,
    &ExactAge,
];

/// All rules.
pub fn rules() -> &'static [&'static dyn Rule] {
    RULES
}

/// The page of every rule, in the order of their codes.
pub fn pages() -> Vec<RulePage> {
    RULES.iter().map(|rule| rule.page()).collect()
}

/// Puts every rule to a return; the findings come in the order of the rules. One after another: returns are checked side by
/// side, and a rule takes less than a rest.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    RULES.iter().flat_map(|rule| rule.check(facts)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_registered() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/validate/rules");
        let mut files = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let name = path.display();
            assert!(RULES.iter().any(|rule| rule.source() == text), "{name} is not registered");
            files += 1;
        }
        assert_eq!(files, RULES.len(), "a file holds one rule");
    }

    #[test]
    fn codes_are_unique_and_explanations_whole_and_each_is_tried_both_ways() {
        let codes: Vec<&str> = RULES.iter().map(|rule| rule.code()).collect();
        let unique: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(unique.len(), codes.len(), "a code is never used twice");
        for rule in RULES {
            let code = rule.code();
            let digits = code.bytes().skip(1).all(|b| b.is_ascii_digit());
            assert!(code.len() == 4 && digits && code.starts_with(['V', 'C', 'P']), "{code}");
            assert!(rule.source().starts_with(&format!("//! {code} ")), "{code}: its file begins with its code");
            for (heading, text) in rule.page().sections() {
                assert!(text.len() > 20, "{code}: nothing is said under '{heading}'");
            }
            assert!(rule.page().is_tried, "{code} lacks a passing or failing case");
            assert!(!rule.title().is_empty() && !rule.title().starts_with(code), "{code} has no title");
        }
    }
}
