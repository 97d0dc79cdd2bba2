//! Style, script and pictures, compiled in. Each is asked for with its digest, so that browsers keep it until it changes.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use crate::pipeline::digest;

/// A file that pages ask for.
pub struct Asset {
    /// Its name below `/assets/`.
    pub name: &'static str,
    /// Its media type.
    pub kind: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

/// All of them.
pub const ASSETS: &[Asset] = &[
    Asset { name: "govuk.css", kind: "text/css; charset=utf-8", bytes: include_bytes!("assets/govuk.css") },
    Asset { name: "board.css", kind: "text/css; charset=utf-8", bytes: include_bytes!("assets/board.css") },
    Asset { name: "portal.css", kind: "text/css; charset=utf-8", bytes: include_bytes!("assets/portal.css") },
    Asset { name: "portal.js", kind: "text/javascript; charset=utf-8", bytes: include_bytes!("assets/portal.js") },
    Asset { name: "upload.js", kind: "text/javascript; charset=utf-8", bytes: include_bytes!("assets/upload.js") },
    Asset { name: "icon.svg", kind: "image/svg+xml", bytes: include_bytes!("assets/icon.svg") },
];

/// The first digits of the digest of each, in the order of [`ASSETS`].
static DIGESTS: LazyLock<Vec<String>> =
    LazyLock::new(|| ASSETS.iter().map(|a| digest::of_bytes(a.bytes)[..12].to_owned()).collect());

/// The address of an asset: `/assets/<digest>/<name>`.
pub fn address(name: &str) -> String {
    let digest = ASSETS.iter().zip(DIGESTS.iter()).find(|(a, _)| a.name == name).map_or("", |(_, d)| d);
    format!("/assets/{digest}/{name}")
}

/// Gives an asset. One of another digest is the one we have: a page of an older version may still be open.
pub async fn get(Path((_digest, name)): Path<(String, String)>) -> Result<Response, Problem> {
    let asset = ASSETS.iter().find(|a| a.name == name).ok_or(Problem::NotFound)?;
    let mut response = asset.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_listed_or_source() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/serve/assets");
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_source = ["README.md", "govuk.scss"].contains(&name.as_str());
            assert!(is_source || ASSETS.iter().any(|a| a.name == name), "{name} is in no list");
        }
    }
}
