import { statSync } from 'node:fs'
import { UdptoolError, usage } from '../../base/error.ts'
import { decodeText } from '../../base/text-encoding.ts'
import { messageOf } from '../../base/thrown.ts'
import type { HttpSecurity, SecuritySettings, TlsSettings } from '../../http/security.ts'
import { checkTls } from '../../http/tls-server.ts'
import { fileStamp } from '../../runs/file-stamp.ts'
import { readConfigBytes } from '../../runs/read-file.ts'
import type { Log } from '../log.ts'
import { readWebConfig, type PemSource, type TlsConfig, type WebConfig } from './web-config.ts'

/**
 * TLS, passwords and headers of a `--web.config.file`. The file and those that it names are read again when they have changed. A change that
 * cannot be used is logged, and the last settings stay. Throws a `usage` error if the file cannot be used at the start.
 */
export function openWebSecurity(file: string, log: Log): HttpSecurity {
  return new WebFiles(file, log)
}

class WebFiles implements HttpSecurity {
  readonly #file: string
  readonly #log: Log
  #config: WebConfig
  #configStamp: string
  #pemStamp: string
  #settings: SecuritySettings

  constructor(file: string, log: Log) {
    this.#file = file
    this.#log = log
    this.#configStamp = stampOf(file)
    this.#config = readWebConfig(file)
    this.#pemStamp = pemFiles(this.#config).map(stampOf).join()
    this.#settings = settingsOf(this.#config)
    this.#tellIgnored()
  }

  /** Looks at the modification times. A file is never read twice, so a broken one is logged once. */
  present(): SecuritySettings {
    const before = this.#config
    const stamp = stampOf(this.#file)
    if (stamp !== this.#configStamp) {
      this.#configStamp = stamp
      this.#trying(() => {
        const config = readWebConfig(this.#file)
        refuseLoss(this.#settings, config, this.#file)
        this.#config = config
      })
    }
    const pemStamp = pemFiles(this.#config).map(stampOf).join()
    if (this.#config === before && pemStamp === this.#pemStamp) return this.#settings
    this.#pemStamp = pemStamp
    this.#trying(() => {
      this.#settings = settingsOf(this.#config)
      this.#log('info', 'web configuration read again', { file: this.#file })
    })
    if (this.#config !== before) this.#tellIgnored()
    return this.#settings
  }

  #trying(change: () => void): void {
    try {
      change()
    } catch (cause) {
      this.#log('error', 'web configuration cannot be used, the last one stays', {
        file: this.#file,
        err: messageOf(cause),
      })
    }
  }

  #tellIgnored(): void {
    for (const key of this.#config.ignored) this.#log('warn', `${key} has no effect`, { file: this.#file })
  }
}

/**
 * Refuses a change that needs a restart: TLS on or off, and whether clients are asked for a certificate. And one that removes all passwords:
 * a file that is just being written can look like that.
 */
function refuseLoss(settings: SecuritySettings, config: WebConfig, file: string): void {
  const changes = [
    ...((settings.tls === undefined) === (config.tls === undefined) ? [] : ['TLS is turned on or off']),
    ...(asks(settings.tls) === asks(config.tls) ? [] : ['client_auth_type changes from or to NoClientCert']),
    ...(settings.users.size > 0 && config.users.size === 0 ? ['all passwords are removed'] : []),
  ]
  if (changes.length > 0) throw usage(`${file}: ${changes.join(' and ')}, which needs a restart`)
}

function asks(tls: Pick<TlsSettings, 'clientAuth'> | undefined): boolean {
  return tls !== undefined && tls.clientAuth !== 'NoClientCert'
}

function pemFiles({ tls }: WebConfig): readonly string[] {
  const sources = tls === undefined ? [] : [tls.certificate, tls.key, tls.clientAuthorities]
  return sources.flatMap(source => (source !== undefined && 'file' in source ? [source.file] : []))
}

/** Changes whenever the file is written or replaced. */
function stampOf(file: string): string {
  try {
    return fileStamp(statSync(file, { bigint: true }))
  } catch (cause) {
    return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  }
}

function settingsOf({ tls, users, headers }: WebConfig): SecuritySettings {
  return { ...(tls === undefined ? {} : { tls: tlsSettings(tls) }), users, headers }
}

function tlsSettings(config: TlsConfig): TlsSettings {
  const settings: TlsSettings = {
    ...config,
    certificate: pemText(config.certificate, 'certificate'),
    key: pemText(config.key, 'key'),
    clientAuthorities:
      config.clientAuthorities === undefined
        ? undefined
        : pemText(config.clientAuthorities, 'certificate of client_ca'),
  }
  try {
    checkTls(settings)
  } catch (cause) {
    const { certificate, key } = config
    const names = [certificate, key]
      .map(source => ('file' in source ? source.file : 'the text in the file'))
      .join(' and ')
    throw new UdptoolError('usage', `certificate and key cannot be used: ${reasonOf(cause)} (${names})`, {
      hint: 'openssl x509 -in CERT -noout -pubkey and openssl pkey -in KEY -pubout show whether they belong together',
      cause,
    })
  }
  return settings
}

function pemText(source: PemSource, what: string): string {
  if ('text' in source) return source.text
  const text = decodeText(readConfigBytes(source.file, `the ${what} ${source.file}`), source.file)
  if (what !== 'key' && !text.includes('-----BEGIN CERTIFICATE-----'))
    throw usage(`${source.file} has no certificate in PEM`)
  return text
}

/** The reason of an OpenSSL error: its last part after colons. */
function reasonOf(cause: unknown): string {
  const message = messageOf(cause)
  return message.split('::').at(-1) ?? message
}
