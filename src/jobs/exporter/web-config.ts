import { dirname, isAbsolute, join } from 'node:path'
import { UdptoolError, usage } from '../../base/error.ts'
import { quoted } from '../../base/quoted.ts'
import { decodeText } from '../../base/text-encoding.ts'
import type { ClientAuth, TlsSettings } from '../../http/security.ts'
import { readConfigBytes } from '../../runs/read-file.ts'
import { mistakeError, shapeMistakes, type Mistake } from '../mistake.ts'
import type { InputSource } from '../place.ts'
import { readYaml } from '../yaml-source.ts'
import {
  CIPHERS,
  CURVES,
  TLS_VERSIONS,
  WEB_CONFIG_KEYS,
  WEB_CONFIG_SHAPE,
  type TlsSection,
} from './web-config-schema.ts'

/** A text that is in the file itself, or the path of the file that has it. */
export type PemSource = { readonly text: string } | { readonly file: string }

/** The section `tls_server_config`, whose files were not read yet. */
export interface TlsConfig extends Omit<TlsSettings, 'certificate' | 'key' | 'clientAuthorities'> {
  readonly certificate: PemSource
  readonly key: PemSource
  readonly clientAuthorities: PemSource | undefined
}

/** The content of a `--web.config.file`. */
export interface WebConfig {
  readonly tls?: TlsConfig
  readonly users: ReadonlyMap<string, string>
  readonly headers: ReadonlyMap<string, string>
  /** Keys of exporter-toolkit in it that have no effect here. */
  readonly ignored: readonly string[]
}

const TLS = 'tls_server_config'

/**
 * Reads a file of exporter-toolkit's format. Paths in it are relative to its folder. Throws a `usage` error with the place of the first mistake,
 * but without its line: this can be a password or a key.
 */
export function readWebConfig(file: string): WebConfig {
  try {
    return read(file)
  } catch (error) {
    if (!(error instanceof UdptoolError) || error.excerpt === undefined) throw error
    const { code, message, address, hint } = error
    throw new UdptoolError(code, message, { address, hint })
  }
}

function read(file: string): WebConfig {
  const text = decodeText(readConfigBytes(file, `the web configuration file ${file}`), file)
  const source = readYaml(file, text, 'configuration file')
  const parsed = WEB_CONFIG_SHAPE.safeParse(source.value)
  if (!parsed.success) {
    const mistakes = shapeMistakes(parsed.error, [], source.value, WEB_CONFIG_KEYS)
    throw firstMistake(mistakes.map(withoutSecret), source)
  }
  const { tls_server_config, http_server_config, basic_auth_users, rate_limit } = parsed.data ?? {}
  const section = tls_server_config ?? {}
  const tls = Object.keys(section).length === 0 ? undefined : tlsConfig(section, source)
  const headers = Object.entries(http_server_config?.headers ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  )
  const ignored = [
    ...(section.prefer_server_cipher_suites === undefined ? [] : ['prefer_server_cipher_suites']),
    ...(rate_limit === undefined || rate_limit === null ? [] : ['rate_limit']),
    ...(http_server_config?.http2 === true ? ['http2'] : []),
  ]
  return {
    ...(tls === undefined ? {} : { tls }),
    users: new Map(Object.entries(basic_auth_users ?? {})),
    headers: new Map(headers),
    ignored,
  }
}

/** A mistake in a password or a key, without its value. */
function withoutSecret(mistake: Mistake): Mistake {
  const [section, name] = mistake.path
  if (section === 'basic_auth_users')
    return {
      path: mistake.path,
      message:
        name === undefined
          ? 'basic_auth_users is a list of users, each with a bcrypt hash'
          : `the password of ${quoted(String(name))} is no bcrypt hash`,
      hint: 'htpasswd -nB USER writes USER:HASH',
    }
  return section === TLS && name === 'key' ? { path: mistake.path, message: 'key is no text' } : mistake
}

function tlsConfig(section: TlsSection, source: InputSource): TlsConfig {
  const {
    client_auth_type: clientAuth = 'NoClientCert',
    client_allowed_sans: allowedNames,
    min_version = 'TLS12',
    max_version = 'TLS13',
    cipher_suites: suites,
    curve_preferences: curves,
  } = section
  const certificate = pemSource(section.cert_file, section.cert, source)
  const key = pemSource(section.key_file, section.key, source)
  const clientAuthorities = pemSource(section.client_ca_file, section.client_ca, source)
  const mistakes = [
    ...tlsMistakes(section, clientAuth),
    ...(certificate === undefined ? [missing('cert_file')] : []),
    ...(key === undefined ? [missing('key_file')] : []),
  ]
  if (certificate === undefined || key === undefined || mistakes.length > 0) throw firstMistake(mistakes, source)
  return {
    certificate,
    key,
    clientAuthorities,
    clientAuth,
    allowedNames,
    minVersion: TLS_VERSIONS[min_version],
    maxVersion: TLS_VERSIONS[max_version],
    ciphers: suites?.flatMap(suite => CIPHERS[suite] ?? []),
    curves: curves?.map(curve => CURVES[curve]),
  }
}

function tlsMistakes(section: TlsSection, clientAuth: ClientAuth): readonly Mistake[] {
  const { client_ca, client_ca_file, client_allowed_sans, min_version = 'TLS12', max_version = 'TLS13' } = section
  const versions = Object.keys(TLS_VERSIONS)
  const mistakes: Mistake[] = []
  if (versions.indexOf(min_version) > versions.indexOf(max_version))
    mistakes.push({
      path: [TLS, section.max_version === undefined ? 'min_version' : 'max_version'],
      message: `there is no version of TLS from ${min_version} to ${max_version}`,
      hint: 'write a min_version that is not above max_version',
    })
  if (clientAuth !== 'NoClientCert') return mistakes
  const unused = {
    client_ca_file: (client_ca_file ?? '') !== '',
    client_ca: (client_ca ?? '') !== '',
    client_allowed_sans: client_allowed_sans !== undefined,
  }
  for (const [key, isThere] of Object.entries(unused))
    if (isThere)
      mistakes.push({
        path: [TLS, key],
        atKey: true,
        message: `${key} has no effect, because clients are asked for no certificate`,
        hint: 'write client_auth_type: RequireAndVerifyClientCert, or leave it out',
      })
  return mistakes
}

/** As in the toolkit, an empty text is an absent one, and a file goes before a text. */
function pemSource(file = '', text = '', { file: web }: InputSource): PemSource | undefined {
  if (file !== '') return { file: isAbsolute(file) ? file : join(dirname(web), file) }
  return text === '' ? undefined : { text }
}

function missing(key: 'cert_file' | 'key_file'): Mistake {
  const inline = key.replace('_file', '')
  return {
    path: [TLS],
    atKey: true,
    message: `${TLS} has no ${key}`,
    hint: `write ${key}: …, or ${inline} with the PEM text`,
  }
}

function firstMistake([first, ...others]: readonly Mistake[], source: InputSource): Error {
  return first === undefined
    ? usage(`${source.file} is no web configuration`)
    : mistakeError([first, ...others], source)
}
