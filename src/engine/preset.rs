//! What is known of gateways: built in, and the user's own in the profile's folder `gateways`.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::fax::catalogue::{Preset, built_in};
use crate::fax::preset::GatewayProfile;
use crate::place::{Place, PlaceError};
use crate::settings::SettingsError;

/// The most bytes of a profile.
const MOST_BYTES: u64 = 64 << 10;

/// All profiles of gateways.
#[derive(Clone, Debug)]
pub struct GatewayProfiles {
    /// The user's own first, each kind by name. An own one stands in for a built-in one of its name.
    pub presets: Vec<Preset>,
    /// Files that cannot be used, and why; the others can.
    pub broken: Vec<SettingsError>,
}

impl GatewayProfiles {
    /// The profile of this name.
    #[must_use]
    pub fn preset(&self, name: &str) -> Option<&Preset> {
        self.presets.iter().find(|preset| preset.name == name)
    }
}

/// Reads the user's own, and adds the built-in ones.
pub(super) fn load(place: &Place) -> GatewayProfiles {
    let (mut presets, mut broken) = (Vec::new(), Vec::new());
    let folder = place.gateways();
    match files(&folder) {
        Ok(files) => {
            for path in files {
                match read(&path) {
                    Ok(preset) => presets.push(preset),
                    Err(error) => broken.push(error),
                }
            }
        }
        Err(error) => broken.push(PlaceError::new(&folder, &error).into()),
    }
    let others = built_in().iter().filter(|preset| !presets.iter().any(|own: &Preset| own.name == preset.name));
    let others: Vec<Preset> = others.cloned().collect();
    presets.extend(others);
    GatewayProfiles { presets, broken }
}

/// The files `*.toml` by name; none where there is no folder.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml") && path.is_file());
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<Preset, SettingsError> {
    let broken = |line, detail: &str| SettingsError::Broken { path: path.to_owned(), line, detail: detail.to_owned() };
    let name = path.file_stem().and_then(|name| name.to_str()).ok_or_else(|| broken(None, "its name is not text"))?;
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| PlaceError::new(path, &error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(broken(None, "it is too large"));
    }
    let text = String::from_utf8(bytes).map_err(|_| broken(None, "it is not text"))?;
    let profile = GatewayProfile::read(&text).map_err(|error| broken(error.line, &error.detail))?;
    Ok(Preset { name: name.to_owned(), profile, own: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_profiles_stand_beside_and_in_for_the_built_in_ones() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::at(folder.path().to_owned());
        assert_eq!(load(&place).presets.len(), built_in().len());
        fs::create_dir(place.gateways()).unwrap();
        let write = |name: &str, text: &[u8]| fs::write(place.gateways().join(name), text).unwrap();
        write("own.toml", b"title = 'Own'\n[[arrival]]\nsubjects = ['Fax of {caller}']\n");
        write("efax.toml", b"title = 'My eFax'\n[[arrival]]\nsubjects = ['Fax of {caller}']\n");
        write("notes.txt", b"not for us");
        write("odd.toml", b"title = 'Odd'\nmood = 1\n");
        write("bytes.toml", &[0xff]);
        write("large.toml", &vec![b'#'; 65 << 10]);
        let profiles = load(&place);
        assert_eq!(profiles.presets.len(), built_in().len() + 1);
        assert!(profiles.preset("own").is_some_and(|preset| preset.own));
        assert_eq!(profiles.preset("efax").unwrap().profile.title, "My eFax");
        let broken: Vec<_> = profiles
            .broken
            .iter()
            .map(|error| match error {
                SettingsError::Broken { path, line, .. } => (path.file_name().unwrap().to_str().unwrap(), *line),
                other => panic!("{other}"),
            })
            .collect();
        assert_eq!(broken, [("bytes.toml", None), ("large.toml", None), ("odd.toml", Some(2))]);
    }
}
