//! What the stream of performance is made of: an indicator's figures put together, its level and change at each place, and
//! the rows behind them.

pub(super) mod evidence;
pub(super) mod parts;
pub(super) mod track;
