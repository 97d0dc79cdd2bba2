//! The standard normal distribution: the scale on which all evidence is compared.
//!
//! Source: Wichura (1988), algorithm AS 241, Applied Statistics 37:477 (quantile); libm's erfc (tails).

use std::f64::consts::SQRT_2;

use libm::erfc;

/// P(Z <= z). NaN in, NaN out.
pub fn cdf(z: f64) -> f64 {
    sf(-z)
}

/// P(Z > z), the upper tail, taken directly so that it keeps its digits far out (z = 37 gives 5.7e-300, not 0).
///
/// libm's erfc, since that of statrs 0.19 errs by 1e-10 at z = 1.
pub fn sf(z: f64) -> f64 {
    0.5 * erfc(z / SQRT_2)
}

/// The z with P(Z <= z) = p, to about 16 digits (Wichura's algorithm AS 241).
///
/// p of 0 and 1 give the infinities; p outside [0, 1] or NaN gives NaN.
pub fn quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let from_middle = p - 0.5;
    if from_middle.abs() <= 0.425 {
        let r = 0.180625 - from_middle * from_middle;
        return from_middle * polynomial(&CENTRE_TOP, r) / polynomial(&CENTRE_BOTTOM, r);
    }
    let tail = if from_middle < 0.0 { p } else { 1.0 - p };
    if tail <= 0.0 {
        return if from_middle < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let r = (-tail.ln()).sqrt();
    let z = if r <= 5.0 {
        polynomial(&TAIL_TOP, r - 1.6) / polynomial(&TAIL_BOTTOM, r - 1.6)
    } else {
        polynomial(&FAR_TOP, r - 5.0) / polynomial(&FAR_BOTTOM, r - 5.0)
    };
    if from_middle < 0.0 { -z } else { z }
}

/// The polynomial with `coefficients` of ascending power, at `x`.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

// Coefficients of AS 241 (Wichura 1988, Applied Statistics 37:477), PPND16.
const CENTRE_TOP: [f64; 8] = [
    3.387_132_872_796_366_6,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
const CENTRE_BOTTOM: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_546,
];
const TAIL_TOP: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    7.745_450_142_783_414e-4,
];
const TAIL_BOTTOM: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    5.475_938_084_995_345e-4,
    1.050_750_071_644_416_9e-9,
];
const FAR_TOP: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
const FAR_BOTTOM: [f64; 8] = [
    1.0,
    0.599_832_206_555_887_9,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    7.868_691_311_456_133e-4,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_8e-15,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of scipy 1.x `norm.sf` and `norm.ppf`.
    #[test]
    fn tails_keep_their_digits() {
        for (z, tail) in [
            (0.0, 0.5),
            (1.0, 0.158_655_253_931_457_07),
            (-2.5, 0.993_790_334_674_224),
            (8.0, 6.220_960_574_271_785e-16),
            (37.0, 5.725_571_222_524_55e-300),
        ] {
            assert!((sf(z) / tail - 1.0).abs() < 1e-12, "sf({z}) = {}", sf(z));
            assert!((cdf(-z) / tail - 1.0).abs() < 1e-12, "cdf({z})");
        }
    }

    #[test]
    fn quantile_undoes_the_tail() {
        for z in [-37.0, -8.0, -5.1, -3.0, -1.0, -0.2, 0.0, 0.3, 1.5, 3.0, 5.0] {
            assert!((quantile(cdf(z)) - z).abs() < 1e-9 * (1.0 + z.abs()), "{z}");
        }
        assert_eq!(quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(quantile(1.0), f64::INFINITY);
        assert!(quantile(-0.1).is_nan() && quantile(f64::NAN).is_nan());
    }
}
