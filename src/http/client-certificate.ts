import type { TLSSocket } from 'node:tls'
import { addressBytes } from '../base/ip.ts'
import type { TlsSettings } from './security.ts'

type Rule = Pick<TlsSettings, 'clientAuth' | 'allowedNames'>
type Client = Pick<TLSSocket, 'authorized' | 'getPeerX509Certificate'>

/** Whether a client may stay after its handshake. With `allowedNames` it needs a certificate for one of them. */
export function isClientAllowed(client: Client, { clientAuth, allowedNames }: Rule): boolean {
  if (clientAuth === 'NoClientCert') return true
  const certificate = client.getPeerX509Certificate()
  const isRequired = clientAuth === 'RequireAnyClientCert' || clientAuth === 'RequireAndVerifyClientCert'
  if (certificate === undefined) return !isRequired && allowedNames === undefined
  const isVerified = clientAuth === 'VerifyClientCertIfGiven' || clientAuth === 'RequireAndVerifyClientCert'
  if (isVerified && !client.authorized) return false
  if (allowedNames === undefined) return true
  const names = new Set(alternativeNames(certificate.subjectAltName ?? '').map(written))
  return allowedNames.some(name => names.has(written(name)))
}

/**
 * The names of a subjectAltName (RFC 5280 §4.2.1.6) as Node writes it: `DNS:a.example, IP Address:192.0.2.1`. A name with characters that
 * have a meaning in this list is written in quotes, as in JSON.
 */
export function alternativeNames(text: string): readonly string[] {
  const names: string[] = []
  let rest = text
  while (rest !== '') {
    const [entry, kind, quoted, plain = ''] = /^([^:,"]+):(?:("(?:[^"\\]|\\.)*")|([^,"]*))(?:, |$)/u.exec(rest) ?? []
    // A list that cannot be read names nobody.
    if (entry === undefined) return []
    const isName = kind === 'DNS' || kind === 'email' || kind === 'URI' || kind === 'IP Address'
    if (isName) names.push(quoted === undefined ? plain : (JSON.parse(quoted) as string))
    rest = rest.slice(entry.length)
  }
  return names
}

/** One form for each address: Node writes IPv6 addresses without `::`. */
function written(name: string): string {
  const bytes = addressBytes(name)
  return bytes === undefined ? name : `address ${bytes.join('.')}`
}
