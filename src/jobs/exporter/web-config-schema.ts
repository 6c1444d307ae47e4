import { z } from 'zod'
import { CLIENT_AUTH_TYPES } from '../../http/security.ts'
import type { FileKeys } from '../mistake.ts'
import { oneText, oneValue } from '../option-shape.ts'
import type { Path } from '../place.ts'

/** Versions of TLS by the names of exporter-toolkit, the oldest first, and those of Node. */
export const TLS_VERSIONS = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const

/** Curves by the names of Go, and those of OpenSSL. */
export const CURVES = { CurveP256: 'P-256', CurveP384: 'P-384', CurveP521: 'P-521', X25519: 'X25519' } as const

/** Cipher suites by the names of Go (crypto/tls), and those of OpenSSL. Those of TLS 1.3 cannot be chosen. */
export const CIPHERS = {
  TLS_AES_128_GCM_SHA256: undefined,
  TLS_AES_256_GCM_SHA384: undefined,
  TLS_CHACHA20_POLY1305_SHA256: undefined,
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_RSA_WITH_AES_128_GCM_SHA256: 'AES128-GCM-SHA256',
  TLS_RSA_WITH_AES_256_GCM_SHA384: 'AES256-GCM-SHA384',
  TLS_RSA_WITH_AES_128_CBC_SHA: 'AES128-SHA',
  TLS_RSA_WITH_AES_256_CBC_SHA: 'AES256-SHA',
} as const

const trueOrFalse = z.boolean({ error: 'it is true or false' })
const texts = z.array(oneText, { error: 'it is a list of texts' })

/** A name of a table, as its value. */
function nameIn<Table extends Readonly<Record<string, unknown>>>(
  table: Table,
  error = `it is ${Object.keys(table).join(', ')}`,
): z.ZodType<keyof Table & string> {
  const names = Object.keys(table)
  return z.custom<keyof Table & string>(value => typeof value === 'string' && names.includes(value), { error })
}

/** Go calls RequireAnyClientCert RequireClientCert in old files. */
const OLD_CLIENT_AUTH = 'RequireClientCert'
const clientAuth = z
  .enum([...CLIENT_AUTH_TYPES, OLD_CLIENT_AUTH], { error: `it is ${CLIENT_AUTH_TYPES.join(', ')}` })
  .transform(type => (type === OLD_CLIENT_AUTH ? 'RequireAnyClientCert' : type))

const TLS_SHAPE = z.strictObject(
  {
    cert_file: oneText.optional(),
    key_file: oneText.optional(),
    cert: oneText.optional(),
    key: oneText.optional(),
    client_ca_file: oneText.optional(),
    client_ca: oneText.optional(),
    client_auth_type: clientAuth.optional(),
    client_allowed_sans: texts.optional(),
    min_version: nameIn(TLS_VERSIONS).optional(),
    max_version: nameIn(TLS_VERSIONS).optional(),
    cipher_suites: z
      .array(nameIn(CIPHERS, 'it is a cipher suite of Go, such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'), {
        error: 'it is a list of cipher suites',
      })
      .optional(),
    curve_preferences: z.array(nameIn(CURVES), { error: 'it is a list of curves' }).optional(),
    prefer_server_cipher_suites: trueOrFalse.optional(),
  },
  { error: 'it is a list of keys, as { cert_file: …, key_file: … }' },
)

/** Values that headers may have. Undefined: any. */
const HEADERS: Readonly<Record<string, readonly string[] | undefined>> = {
  'Strict-Transport-Security': undefined,
  'X-Content-Type-Options': ['nosniff'],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-XSS-Protection': undefined,
  'Content-Security-Policy': undefined,
}

const HEADERS_SHAPE = z.strictObject(
  Object.fromEntries(Object.entries(HEADERS).map(([name, values]) => [name, headerShape(values).optional()])),
  { error: 'it is a list of headers, each with a text' },
)

function headerShape(values: readonly string[] | undefined): z.ZodType<string | number> {
  if (values !== undefined) return z.enum(values, { error: `it is ${values.join(' or ')}` })
  // RFC 9110 §5.5. Go sends only ASCII too.
  return z.union([z.number(), z.string().regex(/^[\t\u0020-\u007E]*$/u, { error: 'it is a line of ASCII' })], {
    error: 'it is a line of ASCII',
  })
}

/** A hash that bcryptjs can check: `$2b$`, the cost, 22 characters of salt and 31 of the sum. */
const hash = z
  .string({ error: 'it is a bcrypt hash' })
  .regex(/^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z\d]{53}$/u, {
    error: 'it is no bcrypt hash',
  })

const SECTIONS = {
  tls_server_config: TLS_SHAPE,
  http_server_config: z.strictObject(
    { http2: trueOrFalse.optional(), headers: HEADERS_SHAPE.nullish() },
    { error: 'it is a list of keys' },
  ),
  basic_auth_users: z.record(z.string(), hash, { error: 'it is a list of users, each with a bcrypt hash' }),
  rate_limit: z.strictObject(
    { interval: oneValue.optional(), burst: z.int({ error: 'it is a number' }).optional() },
    { error: 'it is a list of keys' },
  ),
}

/** The file of exporter-toolkit. A section without a value is one that is absent, and so is an empty file. */
export const WEB_CONFIG_SHAPE = z
  .strictObject(
    {
      tls_server_config: SECTIONS.tls_server_config.nullish(),
      http_server_config: SECTIONS.http_server_config.nullish(),
      basic_auth_users: SECTIONS.basic_auth_users.nullish(),
      rate_limit: SECTIONS.rate_limit.nullish(),
    },
    { error: 'it is a list of keys, as tls_server_config' },
  )
  .nullable()

/** The section `tls_server_config`. */
export type TlsSection = z.output<typeof TLS_SHAPE>

export const WEB_CONFIG_KEYS: FileKeys = {
  keysAt: path => keysAt(path),
  emptyHint: 'docs/exporter.md has one to begin with',
}

function keysAt([section, inner]: Path): readonly string[] {
  if (inner === 'headers') return Object.keys(HEADERS)
  if (section === 'tls_server_config') return Object.keys(TLS_SHAPE.shape)
  if (section === 'http_server_config') return Object.keys(SECTIONS.http_server_config.shape)
  if (section === 'rate_limit') return Object.keys(SECTIONS.rate_limit.shape)
  return Object.keys(SECTIONS)
}
