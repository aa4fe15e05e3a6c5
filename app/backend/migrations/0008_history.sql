-- The history of a connection: which fields a revision changed, so that a filter reads no settings; the saves of one person; and
-- which revision one brought back.

alter table revisions add column restored bigint;

create index revisions_by_person on revisions (method, saved_by, version);

create table revision_fields (
    method text not null,
    field text not null,
    version bigint not null,
    primary key (method, field, version),
    foreign key (method, version) references revisions (method, version)
);

-- A field is named as in addresses and in the audit trail.
insert into revision_fields (method, field, version)
select r.method, f.key, r.version
from revisions r
join (
    select 'Provider' as name, 'provider' as key
    union all select 'TwilioSid', 'twilio_sid'
    union all select 'TwilioToken', 'twilio_token'
    union all select 'SmsSource', 'source'
    union all select 'SmsFrom', 'from'
    union all select 'MessagingServiceSid', 'messaging_service_sid'
    union all select 'GatewayUrl', 'gateway_url'
    union all select 'GatewayAuthentication', 'gateway_authentication'
    union all select 'GatewaySubject', 'gateway_subject'
    union all select 'GatewayAudience', 'gateway_audience'
    union all select 'GatewaySecret', 'gateway_secret'
    union all select 'GatewaySecretBase64url', 'gateway_secret_base64url'
    union all select 'ForwardRequestInfo', 'forward_request_info'
    union all select 'Syntax', 'syntax'
    union all select 'Message', 'message'
    union all select 'EmailFrom', 'from'
    union all select 'Subject', 'subject'
    union all select 'Body', 'body'
    union all select 'AuthParams', 'auth_params'
    union all select 'OtpExpiry', 'otp_expiry'
    union all select 'OtpLength', 'otp_length'
    union all select 'DisableSignUps', 'disable_sign_ups'
    union all select 'BruteForceProtection', 'brute_force_protection'
) f on r.changed like '%"' || f.name || '"%';
