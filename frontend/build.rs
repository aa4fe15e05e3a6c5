//! Asks the linker to keep what `wasm-split` needs to part the half of the page Passwordless (`scripts/build-site`).

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is_wasm = std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm");
    // The other half has nothing to part.
    if is_wasm && std::env::var_os("CARGO_FEATURE_PASSWORDLESS").is_some() {
        println!("cargo:rustc-link-arg-cdylib=--emit-relocs");
    }
}
