//! A board's whole configuration: the pipeline file, the reference lists and the return specs. Unknown keys are refused,
//! and everything can be checked without data.

pub mod advice;
pub mod list_file;
pub mod own_sheets;
pub mod pipeline;
pub mod portal;
pub mod prompts;
pub mod reference;
pub mod return_spec;

pub use pipeline::Pipeline;
pub use reference::Reference;
pub use return_spec::ReturnSpec;
