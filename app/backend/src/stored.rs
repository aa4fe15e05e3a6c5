//! Settings as JSON: what is stored lies over the defaults of the code, so that a field added later has a value.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Error;

/// Reads settings.
pub(crate) fn read<T: Default + Serialize + DeserializeOwned>(json: &str) -> Result<T, Error> {
    read_over(&T::default(), json)
}

/// Reads settings over other defaults.
pub(crate) fn read_over<T: Serialize + DeserializeOwned>(defaults: &T, json: &str) -> Result<T, Error> {
    let mut merged = serde_json::to_value(defaults)?;
    if let (Value::Object(merged), Value::Object(stored)) = (&mut merged, serde_json::from_str(json)?) {
        merged.extend(stored);
    }
    Ok(serde_json::from_value(merged)?)
}

/// Writes settings.
pub(crate) fn write<T: Serialize>(settings: &T) -> Result<String, Error> {
    Ok(serde_json::to_string(settings)?)
}

#[cfg(test)]
mod tests {
    use domain::sms::SmsSettings;

    use super::*;

    #[test]
    fn a_field_that_is_not_stored_has_its_default() {
        assert_eq!(read::<SmsSettings>("{}").expect("defaults"), SmsSettings::default());
        let read = read::<SmsSettings>(r#"{"otp_length":8}"#).expect("settings");
        assert_eq!(read.otp_length.digits(), 8);
        assert_eq!(read.message, SmsSettings::default().message);
    }
}
