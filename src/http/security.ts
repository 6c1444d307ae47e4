import type { SecureVersion } from 'node:tls'

/** Whether a client must have a certificate, by the names of Go and of exporter-toolkit. */
export const CLIENT_AUTH_TYPES = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const

export type ClientAuth = (typeof CLIENT_AUTH_TYPES)[number]

export interface TlsSettings {
  /** The certificate of this server, then those of its issuers. PEM. */
  readonly certificate: string
  /** Its private key. PEM. */
  readonly key: string
  /** Certificates of those who issue the certificates of clients. PEM. Absent: those that Node trusts. */
  readonly clientAuthorities: string | undefined
  readonly clientAuth: ClientAuth
  /** A client certificate must be for one of these names. Absent: for any. */
  readonly allowedNames: readonly string[] | undefined
  readonly minVersion: SecureVersion
  readonly maxVersion: SecureVersion
  /** Cipher suites of TLS 1.2 and older by the names of OpenSSL. Those of TLS 1.3 are always allowed, as in Go. */
  readonly ciphers: readonly string[] | undefined
  /** Curves for the key exchange by the names of OpenSSL, the preferred one first. */
  readonly curves: readonly string[] | undefined
}

export interface SecuritySettings {
  /** Absent: no TLS. */
  readonly tls?: TlsSettings
  /** Hash of the password by bcrypt for each user. Empty: no passwords. */
  readonly users: ReadonlyMap<string, string>
  /** Headers of every answer. */
  readonly headers: ReadonlyMap<string, string>
}

/** Settings of a server that can change while it runs. */
export interface HttpSecurity {
  /** The present settings: for each connection and each request. The same object as long as nothing changed. Does not throw. */
  present(): SecuritySettings
}
