//! The table of providers, and what their tokens look like.

use super::form::Part::{Between, Exactly, Is};
use super::form::{
    ALNUM, ALNUM_DOT_TILDE, ALNUM_PERCENT, BASE32, BASE64, BASE64_ANY, BASE64_EQUALS, DIGITS, HEX, LETTERS, LOWER,
    UPPER, UPPER_HEX, UUID, WORD, WORD_DOT, WORD_DOT_TILDE,
};
use super::{Named, Provider, form, proof};

/// All providers whose tokens are known by what they look like. A new one is an entry here, and lines in
/// `tests/data/secrets/tokens.tsv` that it finds and that it must not find. A literal of less than four bytes costs the
/// search eight: one for each byte that a token is likely to stand behind.
pub(crate) const PROVIDERS: &[Provider] = &[
    Provider {
        id: "security.1password",
        name: "1Password",
        page: "https://my.1password.com/developer-tools",
        forms: &[
            form("ops_eyJ", &[Between(250, 2000, BASE64_ANY)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.adobe",
        name: "Adobe",
        page: "https://developer.adobe.com/console",
        forms: &[
            form("p8e-", &[Exactly(32, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.age",
        name: "age",
        page: "https://age-encryption.org",
        forms: &[
            form("AGE-SECRET-KEY-1", &[Exactly(58, UPPER)]).needs(proof::bech32),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.airtable",
        name: "Airtable",
        page: "https://airtable.com/create/tokens",
        forms: &[
            form("pat", &[Exactly(14, ALNUM), Is("."), Exactly(64, HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.algolia",
        name: "Algolia",
        page: "https://dashboard.algolia.com/account/api-keys",
        forms: &[
        ],
        named: &[
            Named {
                names: &["ALGOLIA_ADMIN", "algolia_admin", "algoliaAdmin", "ALGOLIA_WRITE", "algoliaWrite"],
                values: &[&[Exactly(32, HEX)]],
            },
        ],
    },
    Provider {
        id: "security.alibaba",
        name: "Alibaba Cloud",
        page: "https://ram.console.aliyun.com",
        forms: &[
            form("LTAI", &[Exactly(20, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.aws",
        name: "Amazon Web Services",
        page: "https://console.aws.amazon.com/iam",
        forms: &[
            form("AKIA", &[Exactly(16, BASE32)]),
            form("ASIA", &[Exactly(16, BASE32)]),
            form("ABIA", &[Exactly(16, BASE32)]),
            form("ACCA", &[Exactly(16, BASE32)]),
            form("ABSKQmVkcm9ja0FQSUtleS", &[Between(80, 260, BASE64_EQUALS)]),
            form("amzn.mws.", &[Exactly(36, UUID)]),
        ],
        named: &[
            Named {
                names: &["secret_access_key", "SECRET_ACCESS_KEY", "secretAccessKey", "SecretAccessKey", "aws_secret_key", "AWS_SECRET_KEY"],
                values: &[&[Exactly(40, BASE64)]],
            },
        ],
    },
    Provider {
        id: "security.anthropic",
        name: "Anthropic",
        page: "https://console.anthropic.com/settings/keys",
        forms: &[
            form("sk-ant-api03-", &[Between(80, 120, WORD)]),
            form("sk-ant-admin01-", &[Between(80, 120, WORD)]),
            form("sk-ant-oat01-", &[Between(80, 120, WORD)]),
            form("sk-ant-ort01-", &[Between(80, 120, WORD)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.asana",
        name: "Asana",
        page: "https://app.asana.com/0/my-apps",
        forms: &[
            form("1/", &[Exactly(16, DIGITS), Is(":"), Exactly(32, HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.atlassian",
        name: "Atlassian",
        page: "https://id.atlassian.com/manage-profile/security/api-tokens",
        forms: &[
            form("ATATT3", &[Between(150, 200, WORD), Is("="), Exactly(8, UPPER_HEX)]),
            form("ATCTT3", &[Between(150, 200, WORD), Is("="), Exactly(8, UPPER_HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.azure-devops",
        name: "Azure DevOps",
        page: "https://dev.azure.com",
        forms: &[
            form("AZDO", &[Exactly(4, ALNUM)]).behind(&[Exactly(76, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.bitbucket",
        name: "Bitbucket",
        page: "https://bitbucket.org/account/settings",
        forms: &[
            form("ATBB", &[Exactly(24, ALNUM), Exactly(8, UPPER_HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.brevo",
        name: "Brevo",
        page: "https://app.brevo.com/settings/keys/api",
        forms: &[
            form("xkeysib-", &[Exactly(64, HEX), Is("-"), Exactly(16, ALNUM)]),
            form("xsmtpsib-", &[Exactly(64, HEX), Is("-"), Exactly(16, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.buildkite",
        name: "Buildkite",
        page: "https://buildkite.com/user/api-access-tokens",
        forms: &[
            form("bkua_", &[Exactly(40, HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.circleci",
        name: "CircleCI",
        page: "https://app.circleci.com/settings/user/tokens",
        forms: &[
            form("CCIPAT_", &[Exactly(22, ALNUM), Is("_"), Exactly(40, HEX)]),
            form("CCIPRJ_", &[Exactly(22, ALNUM), Is("_"), Exactly(40, HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.clojars",
        name: "Clojars",
        page: "https://clojars.org/tokens",
        forms: &[
            form("CLOJARS_", &[Exactly(60, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.cloudflare",
        name: "Cloudflare",
        page: "https://dash.cloudflare.com/profile/api-tokens",
        forms: &[
            form("cfut_", &[Exactly(48, ALNUM)]),
            form("cfat_", &[Exactly(48, ALNUM)]),
            form("v1.0-", &[Exactly(24, HEX), Is("-"), Exactly(146, HEX)]),
        ],
        named: &[
            Named {
                names: &["cloudflare", "CLOUDFLARE", "CF_API_"],
                values: &[&[Exactly(40, WORD)], &[Exactly(37, HEX)]],
            },
        ],
    },
    Provider {
        id: "security.codecov",
        name: "Codecov",
        page: "https://app.codecov.io",
        forms: &[
        ],
        named: &[
            Named {
                names: &["codecov_token", "CODECOV_TOKEN", "codecovToken"],
                values: &[&[Exactly(36, UUID)]],
            },
        ],
    },
    Provider {
        id: "security.contentful",
        name: "Contentful",
        page: "https://app.contentful.com/account/profile/cma_tokens",
        forms: &[
            form("CFPAT-", &[Exactly(43, WORD)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.crates-io",
        name: "crates.io",
        page: "https://crates.io/settings/tokens",
        forms: &[
            form("cio", &[Exactly(32, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.databricks",
        name: "Databricks",
        page: "https://accounts.cloud.databricks.com",
        forms: &[
            form("dapi", &[Exactly(32, HEX)]),
            form("dapi", &[Exactly(32, HEX), Is("-"), Exactly(1, DIGITS)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.datadog",
        name: "Datadog",
        page: "https://app.datadoghq.com/organization-settings/api-keys",
        forms: &[
        ],
        named: &[
            Named {
                names: &["datadog", "DATADOG", "Datadog", "DD_API_KEY", "DD_APP_KEY"],
                values: &[&[Exactly(32, HEX)], &[Exactly(40, HEX)]],
            },
        ],
    },
    Provider {
        id: "security.digitalocean",
        name: "DigitalOcean",
        page: "https://cloud.digitalocean.com/account/api/tokens",
        forms: &[
            form("dop_v1_", &[Exactly(64, HEX)]),
            form("doo_v1_", &[Exactly(64, HEX)]),
            form("dor_v1_", &[Exactly(64, HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.discord",
        name: "Discord",
        page: "https://discord.com/developers/applications",
        forms: &[
            form("discord.com/api/webhooks/", &[Between(17, 20, DIGITS), Is("/"), Between(60, 72, WORD)]),
            form("discordapp.com/api/webhooks/", &[Between(17, 20, DIGITS), Is("/"), Between(60, 72, WORD)]),
        ],
        named: &[
            Named {
                names: &["discord", "DISCORD", "Discord"],
                values: &[&[Between(24, 28, WORD), Is("."), Exactly(6, WORD), Is("."), Between(27, 40, WORD)]],
            },
        ],
    },
    Provider {
        id: "security.docker-hub",
        name: "Docker Hub",
        page: "https://app.docker.com/settings/personal-access-tokens",
        forms: &[
            form("dckr_pat_", &[Exactly(27, WORD)]),
            form("dckr_oat_", &[Exactly(32, WORD)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.doppler",
        name: "Doppler",
        page: "https://dashboard.doppler.com",
        forms: &[
            form("dp.pt.", &[Between(40, 44, ALNUM)]),
            form("dp.ct.", &[Between(40, 44, ALNUM)]),
            form("dp.sa.", &[Between(40, 44, ALNUM)]),
            form("dp.scim.", &[Between(40, 44, ALNUM)]),
            form("dp.audit.", &[Between(40, 44, ALNUM)]),
            form("dp.st.", &[Between(40, 44, ALNUM)]),
            form("dp.st.", &[Between(2, 35, WORD), Is("."), Between(40, 44, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.duffel",
        name: "Duffel",
        page: "https://app.duffel.com",
        forms: &[
            form("duffel_live_", &[Exactly(43, WORD)]),
            form("duffel_test_", &[Exactly(43, WORD)]).minor(),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.dynatrace",
        name: "Dynatrace",
        page: "https://www.dynatrace.com",
        forms: &[
            form("dt0c01.", &[Exactly(24, UPPER), Is("."), Exactly(64, UPPER)]),
            form("dt0s16.", &[Exactly(24, UPPER), Is("."), Exactly(64, UPPER)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.easypost",
        name: "EasyPost",
        page: "https://www.easypost.com/account/api-keys",
        forms: &[
            form("EZAK", &[Exactly(54, ALNUM)]),
            form("EZTK", &[Exactly(54, ALNUM)]).minor(),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.facebook",
        name: "Facebook",
        page: "https://developers.facebook.com/apps",
        forms: &[
            form("EAAC", &[Between(100, 300, ALNUM)]),
            form("EAAM", &[Between(100, 300, ALNUM)]),
            form("EAAG", &[Between(100, 300, ALNUM)]),
            form("EAAB", &[Between(100, 300, ALNUM)]),
        ],
        named: &[
            Named {
                names: &["facebook", "FACEBOOK", "FB_APP_SECRET"],
                values: &[&[Exactly(32, HEX)]],
            },
        ],
    },
    Provider {
        id: "security.figma",
        name: "Figma",
        page: "https://www.figma.com/settings",
        forms: &[
            form("figd_", &[Between(40, 44, WORD)]),
            form("figdr_", &[Between(40, 44, WORD)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.firebase",
        name: "Firebase",
        page: "https://console.firebase.google.com",
        forms: &[
            form(":APA91b", &[Exactly(134, WORD)]).behind(&[Between(11, 11, WORD)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.flutterwave",
        name: "Flutterwave",
        page: "https://app.flutterwave.com",
        forms: &[
            form("FLWSECK-", &[Exactly(32, HEX), Is("-X")]),
            form("FLWSECK_TEST-", &[Exactly(32, HEX), Is("-X")]).minor(),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.fly",
        name: "Fly.io",
        page: "https://fly.io/user/personal_access_tokens",
        forms: &[
            form("fo1_", &[Exactly(43, WORD)]),
            form("fm2_", &[Between(100, 1024, BASE64_EQUALS)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.github",
        name: "GitHub",
        page: "https://github.com/settings/tokens",
        forms: &[
            form("ghp_", &[Exactly(36, ALNUM)]).needs(proof::crc32),
            form("gho_", &[Exactly(36, ALNUM)]).needs(proof::crc32),
            form("ghu_", &[Exactly(36, ALNUM)]).needs(proof::crc32),
            form("ghs_", &[Exactly(36, ALNUM)]).needs(proof::crc32),
            form("ghr_", &[Exactly(36, ALNUM)]).needs(proof::crc32),
            form("github_pat_", &[Exactly(22, ALNUM), Is("_"), Exactly(59, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.gitlab",
        name: "GitLab",
        page: "https://gitlab.com/-/user_settings/personal_access_tokens",
        forms: &[
            form("glpat-", &[Exactly(20, WORD)]),
            form("glpat-", &[Between(27, 300, WORD), Is("."), Exactly(2, LOWER), Is("."), Exactly(9, LOWER)]),
            form("gldt-", &[Exactly(20, WORD)]),
            form("glrt-", &[Exactly(20, WORD)]),
            form("glcbt-", &[Between(20, 64, WORD)]),
            form("glptt-", &[Exactly(40, HEX)]),
            form("glft-", &[Exactly(20, WORD)]),
            form("glsoat-", &[Exactly(20, WORD)]),
            form("glagent-", &[Exactly(50, WORD)]),
            form("gloas-", &[Exactly(64, WORD)]),
            form("glimt-", &[Exactly(25, WORD)]),
            form("GR1348941", &[Exactly(20, WORD)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.google",
        name: "Google Cloud",
        page: "https://console.cloud.google.com/apis/credentials",
        forms: &[
            form("AIza", &[Exactly(35, WORD)]).minor(),
            form("GOCSPX-", &[Exactly(28, WORD)]),
            form("ya29.", &[Between(40, 1024, WORD_DOT)]),
            form("1//0", &[Between(60, 160, WORD)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.grafana",
        name: "Grafana",
        page: "https://grafana.com/orgs",
        forms: &[
            form("glsa_", &[Exactly(32, ALNUM), Is("_"), Exactly(8, HEX)]),
            form("glc_eyJ", &[Between(60, 400, BASE64_EQUALS)]),
            form("eyJrIjoi", &[Between(70, 400, BASE64_EQUALS)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.groq",
        name: "Groq",
        page: "https://console.groq.com/keys",
        forms: &[
            form("gsk_", &[Exactly(52, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.vault",
        name: "HashiCorp Vault",
        page: "https://developer.hashicorp.com/vault/docs/concepts/tokens",
        forms: &[
            form("hvs.", &[Between(90, 120, WORD)]),
            form("hvb.", &[Between(138, 300, WORD)]),
            form("hvr.", &[Between(90, 300, WORD)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.heroku",
        name: "Heroku",
        page: "https://dashboard.heroku.com/account",
        forms: &[
            form("HRKU-AA", &[Exactly(58, WORD)]),
        ],
        named: &[
            Named {
                names: &["heroku", "HEROKU"],
                values: &[&[Exactly(36, UUID)]],
            },
        ],
    },
    Provider {
        id: "security.hubspot",
        name: "HubSpot",
        page: "https://app.hubspot.com/private-apps",
        forms: &[
            form("pat-na1-", &[Exactly(36, UUID)]),
            form("pat-na2-", &[Exactly(36, UUID)]),
            form("pat-eu1-", &[Exactly(36, UUID)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.hugging-face",
        name: "Hugging Face",
        page: "https://huggingface.co/settings/tokens",
        forms: &[
            form("hf_", &[Exactly(34, LETTERS)]),
            form("api_org_", &[Exactly(34, LETTERS)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.infracost",
        name: "Infracost",
        page: "https://dashboard.infracost.io",
        forms: &[
            form("ico-", &[Exactly(32, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.jfrog",
        name: "JFrog Artifactory",
        page: "https://jfrog.com",
        forms: &[
            form("AKCp", &[Exactly(69, ALNUM)]),
            form("cmVmd", &[Exactly(59, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.langsmith",
        name: "LangSmith",
        page: "https://smith.langchain.com/settings",
        forms: &[
            form("lsv2_pt_", &[Exactly(32, HEX), Is("_"), Exactly(10, HEX)]),
            form("lsv2_sk_", &[Exactly(32, HEX), Is("_"), Exactly(10, HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.linear",
        name: "Linear",
        page: "https://linear.app/settings/api",
        forms: &[
            form("lin_api_", &[Exactly(40, ALNUM)]),
            form("lin_oauth_", &[Between(40, 64, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.mailchimp",
        name: "Mailchimp",
        page: "https://admin.mailchimp.com/account/api",
        forms: &[
            form("-us1", &[Between(0, 1, DIGITS)]).behind(&[Exactly(32, HEX)]),
            form("-us2", &[Between(0, 1, DIGITS)]).behind(&[Exactly(32, HEX)]),
            form("-us3", &[Between(0, 1, DIGITS)]).behind(&[Exactly(32, HEX)]),
            form("-us4", &[Between(0, 1, DIGITS)]).behind(&[Exactly(32, HEX)]),
            form("-us5", &[Between(0, 1, DIGITS)]).behind(&[Exactly(32, HEX)]),
            form("-us6", &[Between(0, 1, DIGITS)]).behind(&[Exactly(32, HEX)]),
            form("-us7", &[Between(0, 1, DIGITS)]).behind(&[Exactly(32, HEX)]),
            form("-us8", &[Between(0, 1, DIGITS)]).behind(&[Exactly(32, HEX)]),
            form("-us9", &[Between(0, 1, DIGITS)]).behind(&[Exactly(32, HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.mailgun",
        name: "Mailgun",
        page: "https://app.mailgun.com/settings/api_security",
        forms: &[
            form("key-", &[Exactly(32, HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.azure",
        name: "Microsoft Azure",
        page: "https://portal.azure.com",
        forms: &[
            form("AccountKey=", &[Exactly(86, BASE64), Is("==")]),
            form("SharedAccessKey=", &[Exactly(43, BASE64), Is("=")]),
            form("+ASt", &[Exactly(6, BASE64), Is("==")]).behind(&[Exactly(76, BASE64)]),
            form("ACDb", &[Exactly(6, BASE64), Is("==")]).behind(&[Exactly(76, BASE64)]),
            form("AzCa", &[Exactly(6, ALNUM), Is("=")]).behind(&[Exactly(33, ALNUM)]),
            form("AzSe", &[Exactly(6, ALNUM)]).behind(&[Exactly(42, ALNUM)]),
            form("AzFu", &[Exactly(6, WORD), Is("==")]).behind(&[Exactly(44, WORD)]),
            form("+ACR", &[Exactly(6, BASE64)]).behind(&[Exactly(42, BASE64)]),
            form("JQQJ99", &[Between(24, 28, ALNUM)]).behind(&[Exactly(52, ALNUM)]),
            form("&sig=", &[Between(43, 64, ALNUM_PERCENT)]),
        ],
        named: &[
            Named {
                names: &["client_secret", "CLIENT_SECRET", "clientSecret", "ClientSecret", "azure_secret", "AZURE_SECRET"],
                values: &[&[Exactly(3, ALNUM_DOT_TILDE), Exactly(1, DIGITS), Is("Q~"), Between(31, 34, WORD_DOT_TILDE)]],
            },
        ],
    },
    Provider {
        id: "security.neon",
        name: "Neon",
        page: "https://console.neon.tech/app/settings/api-keys",
        forms: &[
            form("napi_", &[Exactly(64, LOWER)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.netlify",
        name: "Netlify",
        page: "https://app.netlify.com/user/applications",
        forms: &[
            form("nfp_", &[Between(36, 40, ALNUM)]),
            form("nfc_", &[Between(36, 40, ALNUM)]),
            form("nfo_", &[Between(36, 40, ALNUM)]),
            form("nfu_", &[Between(36, 40, ALNUM)]),
            form("nfb_", &[Between(36, 40, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.new-relic",
        name: "New Relic",
        page: "https://one.newrelic.com/api-keys",
        forms: &[
            form("NRAK-", &[Exactly(27, UPPER)]),
            form("NRII-", &[Exactly(32, WORD)]),
            form("NRAL", &[]).behind(&[Exactly(36, HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.notion",
        name: "Notion",
        page: "https://www.notion.so/my-integrations",
        forms: &[
            form("ntn_", &[Exactly(11, DIGITS), Exactly(35, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.npm",
        name: "npm",
        page: "https://www.npmjs.com/settings/~/tokens",
        forms: &[
            form("npm_", &[Exactly(36, ALNUM)]).better(proof::crc32),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.nuget",
        name: "NuGet",
        page: "https://www.nuget.org/account/apikeys",
        forms: &[
            form("oy2", &[Exactly(43, LOWER)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.nvidia",
        name: "NVIDIA",
        page: "https://build.nvidia.com",
        forms: &[
            form("nvapi-", &[Exactly(64, WORD)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.okta",
        name: "Okta",
        page: "https://developer.okta.com",
        forms: &[
        ],
        named: &[
            Named {
                names: &["okta", "OKTA"],
                values: &[&[Is("00"), Exactly(40, WORD)]],
            },
        ],
    },
    Provider {
        id: "security.openai",
        name: "OpenAI",
        page: "https://platform.openai.com/api-keys",
        forms: &[
            form("T3BlbkFJ", &[Between(20, 130, WORD)]).behind(&[Is("sk-"), Between(20, 140, WORD)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.openrouter",
        name: "OpenRouter",
        page: "https://openrouter.ai/settings/keys",
        forms: &[
            form("sk-or-v1-", &[Exactly(64, HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.openshift",
        name: "OpenShift",
        page: "https://docs.openshift.com",
        forms: &[
            form("sha256~", &[Exactly(43, WORD)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.braintree",
        name: "PayPal Braintree",
        page: "https://www.braintreegateway.com",
        forms: &[
            form("access_token$production$", &[Exactly(16, LOWER), Is("$"), Exactly(32, HEX)]),
            form("access_token$sandbox$", &[Exactly(16, LOWER), Is("$"), Exactly(32, HEX)]).minor(),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.perplexity",
        name: "Perplexity",
        page: "https://www.perplexity.ai/settings/api",
        forms: &[
            form("pplx-", &[Exactly(48, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.planetscale",
        name: "PlanetScale",
        page: "https://app.planetscale.com",
        forms: &[
            form("pscale_tkn_", &[Between(32, 64, WORD_DOT)]),
            form("pscale_pw_", &[Between(32, 64, WORD_DOT)]),
            form("pscale_oauth_", &[Between(32, 64, WORD_DOT)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.posthog",
        name: "PostHog",
        page: "https://us.posthog.com/settings/user-api-keys",
        forms: &[
            form("phx_", &[Between(40, 50, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.postman",
        name: "Postman",
        page: "https://go.postman.co/settings/me/api-keys",
        forms: &[
            form("PMAK-", &[Exactly(24, HEX), Is("-"), Exactly(34, HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.prefect",
        name: "Prefect",
        page: "https://app.prefect.cloud",
        forms: &[
            form("pnu_", &[Exactly(36, ALNUM)]),
            form("pnb_", &[Exactly(36, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.pulumi",
        name: "Pulumi",
        page: "https://app.pulumi.com/account/tokens",
        forms: &[
            form("pul-", &[Exactly(40, HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.pypi",
        name: "PyPI",
        page: "https://pypi.org/manage/account/token",
        forms: &[
            form("pypi-AgEIcHlwaS5vcmc", &[Between(50, 1000, WORD)]),
            form("pypi-AgENdGVzdC5weXBpLm9yZw", &[Between(50, 1000, WORD)]).minor(),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.readme",
        name: "ReadMe",
        page: "https://dash.readme.com",
        forms: &[
            form("rdme_", &[Exactly(70, LOWER)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.replicate",
        name: "Replicate",
        page: "https://replicate.com/account/api-tokens",
        forms: &[
            form("r8_", &[Exactly(37, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.rubygems",
        name: "RubyGems",
        page: "https://rubygems.org/profile/api_keys",
        forms: &[
            form("rubygems_", &[Exactly(48, HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.sendgrid",
        name: "SendGrid",
        page: "https://app.sendgrid.com/settings/api_keys",
        forms: &[
            form("SG.", &[Exactly(22, WORD), Is("."), Exactly(43, WORD)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.sentry",
        name: "Sentry",
        page: "https://sentry.io/settings/account/api/auth-tokens",
        forms: &[
            form("sntryu_", &[Exactly(64, HEX)]),
            form("sntrys_eyJ", &[Between(80, 400, BASE64_ANY)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.shippo",
        name: "Shippo",
        page: "https://apps.goshippo.com/settings/api",
        forms: &[
            form("shippo_live_", &[Exactly(40, HEX)]),
            form("shippo_test_", &[Exactly(40, HEX)]).minor(),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.shopify",
        name: "Shopify",
        page: "https://admin.shopify.com",
        forms: &[
            form("shpat_", &[Exactly(32, HEX)]),
            form("shpca_", &[Exactly(32, HEX)]),
            form("shppa_", &[Exactly(32, HEX)]),
            form("shpss_", &[Exactly(32, HEX)]),
            form("shpua_", &[Exactly(32, HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.slack",
        name: "Slack",
        page: "https://api.slack.com/apps",
        forms: &[
            form("xoxb-", &[Between(9, 14, DIGITS), Is("-"), Between(9, 14, DIGITS), Is("-"), Between(20, 32, ALNUM)]),
            form("xoxp-", &[Between(9, 14, DIGITS), Is("-"), Between(9, 14, DIGITS), Is("-"), Between(9, 14, DIGITS), Is("-"), Between(28, 34, ALNUM)]),
            form("xoxa-", &[Between(40, 100, WORD)]),
            form("xoxr-", &[Between(40, 100, WORD)]),
            form("xoxs-", &[Between(40, 100, WORD)]),
            form("xoxe-", &[Between(100, 250, WORD)]),
            form("xoxe.xox", &[Between(100, 250, WORD)]),
            form("xapp-", &[Exactly(1, DIGITS), Is("-"), Between(9, 12, UPPER), Is("-"), Between(9, 14, DIGITS), Is("-"), Exactly(64, HEX)]),
            form("hooks.slack.com/services/", &[Is("T"), Between(8, 12, UPPER), Is("/B"), Between(8, 12, UPPER), Is("/"), Between(23, 25, ALNUM)]).behind(&[Is("https://")]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.snyk",
        name: "Snyk",
        page: "https://app.snyk.io/account",
        forms: &[
        ],
        named: &[
            Named {
                names: &["snyk_token", "SNYK_TOKEN", "snykToken"],
                values: &[&[Exactly(36, UUID)]],
            },
        ],
    },
    Provider {
        id: "security.sonarqube",
        name: "SonarQube",
        page: "https://sonarcloud.io/account/security",
        forms: &[
            form("squ_", &[Exactly(40, HEX)]),
            form("sqp_", &[Exactly(40, HEX)]),
            form("sqa_", &[Exactly(40, HEX)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.square",
        name: "Square",
        page: "https://developer.squareup.com/apps",
        forms: &[
            form("sq0atp-", &[Exactly(22, WORD)]),
            form("sq0csp-", &[Exactly(43, WORD)]),
            form("EAAA", &[Exactly(60, WORD)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.stripe",
        name: "Stripe",
        page: "https://dashboard.stripe.com/apikeys",
        forms: &[
            form("sk_live_", &[Between(24, 120, ALNUM)]),
            form("rk_live_", &[Between(24, 120, ALNUM)]),
            form("sk_test_", &[Between(24, 120, ALNUM)]).minor(),
            form("rk_test_", &[Between(24, 120, ALNUM)]).minor(),
            form("whsec_", &[Between(32, 64, BASE64)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.supabase",
        name: "Supabase",
        page: "https://supabase.com/dashboard/account/tokens",
        forms: &[
            form("sbp_", &[Exactly(40, HEX)]),
            form("sb_secret_", &[Exactly(22, WORD), Is("_"), Exactly(8, WORD)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.tailscale",
        name: "Tailscale",
        page: "https://login.tailscale.com/admin/settings/keys",
        forms: &[
            form("tskey-auth-", &[Between(10, 24, ALNUM), Is("-"), Between(20, 40, ALNUM)]),
            form("tskey-api-", &[Between(10, 24, ALNUM), Is("-"), Between(20, 40, ALNUM)]),
            form("tskey-client-", &[Between(10, 24, ALNUM), Is("-"), Between(20, 40, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.telegram",
        name: "Telegram",
        page: "https://t.me/BotFather",
        forms: &[
            form(":AAA", &[Exactly(32, WORD)]).behind(&[Between(8, 10, DIGITS)]),
            form(":AAB", &[Exactly(32, WORD)]).behind(&[Between(8, 10, DIGITS)]),
            form(":AAC", &[Exactly(32, WORD)]).behind(&[Between(8, 10, DIGITS)]),
            form(":AAD", &[Exactly(32, WORD)]).behind(&[Between(8, 10, DIGITS)]),
            form(":AAE", &[Exactly(32, WORD)]).behind(&[Between(8, 10, DIGITS)]),
            form(":AAF", &[Exactly(32, WORD)]).behind(&[Between(8, 10, DIGITS)]),
            form(":AAG", &[Exactly(32, WORD)]).behind(&[Between(8, 10, DIGITS)]),
            form(":AAH", &[Exactly(32, WORD)]).behind(&[Between(8, 10, DIGITS)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.terraform",
        name: "Terraform Cloud",
        page: "https://app.terraform.io/app/settings/tokens",
        forms: &[
            form(".atlasv1.", &[Between(60, 70, WORD)]).behind(&[Exactly(14, ALNUM)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.twilio",
        name: "Twilio",
        page: "https://console.twilio.com",
        forms: &[
        ],
        named: &[
            Named {
                names: &["twilio", "TWILIO", "Twilio"],
                values: &[&[Exactly(32, HEX)], &[Is("SK"), Exactly(32, HEX)]],
            },
        ],
    },
    Provider {
        id: "security.twitter",
        name: "Twitter",
        page: "https://developer.x.com",
        forms: &[
        ],
        named: &[
            Named {
                names: &["twitter", "TWITTER", "Twitter"],
                values: &[&[Is("AAAAAAAAAAAAAAAAAAAAA"), Between(60, 120, ALNUM_PERCENT)], &[Between(8, 20, DIGITS), Is("-"), Exactly(40, ALNUM)], &[Exactly(50, ALNUM)]],
            },
        ],
    },
    Provider {
        id: "security.typeform",
        name: "Typeform",
        page: "https://admin.typeform.com/user/tokens",
        forms: &[
            form("tfp_", &[Between(40, 60, WORD_DOT)]),
        ],
        named: &[
        ],
    },
    Provider {
        id: "security.xai",
        name: "xAI",
        page: "https://console.x.ai",
        forms: &[
            form("xai-", &[Exactly(80, ALNUM)]),
        ],
        named: &[
        ],
    },
];
