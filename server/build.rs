//! With the feature `embed-site`: compresses the built site and writes the table that puts it into the binary.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "embed-site")]
    embed::site();
}

#[cfg(feature = "embed-site")]
mod embed {
    use std::env;
    use std::fmt::Write as _;
    use std::fs;
    use std::io::Write as _;
    use std::path::{Path, PathBuf};

    /// Reads the site, compresses each file as far as it goes, and writes `site.rs`.
    pub fn site() {
        println!("cargo::rerun-if-env-changed=DOORCODE_SITE_DIR");
        let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
        let site = env::var_os("DOORCODE_SITE_DIR").map_or_else(|| manifest.join("../target/site"), PathBuf::from);
        let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
        println!("cargo::rerun-if-changed={}", site.display());
        assert!(site.join("pkg").is_dir(), "there is no built site in {}; `make release` builds one", site.display());

        let mut files = Vec::new();
        list(&site, "", &mut files);
        files.sort();
        let mut table = String::from(
            "struct Embedded { path: &'static str, identity: &'static [u8], gzip: &'static [u8], brotli: &'static [u8] }\n\
             static EMBEDDED: &[Embedded] = &[\n",
        );
        for (number, path) in files.iter().enumerate() {
            let bytes = fs::read(site.join(path)).expect("a file of the site can be read");
            println!("cargo::rerun-if-changed={}", site.join(path).display());
            for (kind, content) in [("id", bytes.clone()), ("gz", gzip(&bytes)), ("br", brotli(&bytes))] {
                fs::write(out.join(format!("{number}.{kind}")), content).expect("OUT_DIR can be written");
            }
            let include = |kind: &str| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{number}.{kind}\"))");
            let _ = writeln!(
                table,
                "Embedded {{ path: {path:?}, identity: {}, gzip: {}, brotli: {} }},",
                include("id"),
                include("gz"),
                include("br")
            );
        }
        table.push_str("];\n");
        fs::write(out.join("site.rs"), table).expect("OUT_DIR can be written");
    }

    fn list(directory: &Path, prefix: &str, files: &mut Vec<String>) {
        for entry in fs::read_dir(directory).expect("a directory of the site can be read") {
            let path = entry.expect("a directory of the site can be read").path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| !name.starts_with('.'))
            else {
                continue;
            };
            match path.is_dir() {
                true => list(&path, &format!("{prefix}{name}/"), files),
                false => files.push(format!("{prefix}{name}")),
            }
        }
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        writer.write_all(bytes).and_then(|()| writer.finish()).expect("memory can be written")
    }

    fn brotli(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut writer = brotli::CompressorWriter::new(&mut out, 4096, 11, 22);
        writer.write_all(bytes).expect("memory can be written");
        drop(writer);
        out
    }
}
