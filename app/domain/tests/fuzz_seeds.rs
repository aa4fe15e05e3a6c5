//! What the fuzzer begins with, and what it once found, keeps the promises of the engine of templates.

#[path = "../fuzz/fuzz_targets/promises.rs"]
mod promises;

#[test]
fn the_seeds_of_the_fuzzer_break_no_promise() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/template");
    let mut seeds = 0;
    for entry in directory.read_dir().expect("the seeds are in the repository") {
        let path = entry.expect("the seeds can be listed").path();
        println!("{}", path.display());
        promises::hold(&std::fs::read(path).expect("a seed can be read"));
        seeds += 1;
    }
    assert!(seeds >= 10, "only {seeds} seeds");
}
