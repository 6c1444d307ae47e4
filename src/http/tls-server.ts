import type { Server, ServerOptions } from 'node:http'
import { createServer } from 'node:https'
import { createSecureContext, type SecureContextOptions, type TLSSocket } from 'node:tls'
import { isClientAllowed } from './client-certificate.ts'
import type { HttpSecurity, TlsSettings } from './security.ts'

/** OpenSSL 3 has neither TLS 1.0 nor 1.1 at its default security level (SSL_CTX_set_security_level(3)). */
const OLD_VERSIONS = '@SECLEVEL=0'

const SUITES_OF_TLS13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']

/**
 * A server of HTTP over TLS. New connections have the present certificate, key and versions. Whether clients are asked for a certificate is
 * fixed.
 *
 * @param handshakeTime ms
 */
export function createTlsServer(
  options: ServerOptions,
  security: HttpSecurity,
  first: TlsSettings,
  handshakeTime: number,
): Server {
  let used = first
  const server = createServer({
    ...options,
    ...contextOptions(first),
    handshakeTimeout: handshakeTime,
    requestCert: first.clientAuth !== 'NoClientCert',
    // Each type checks on its own, below.
    rejectUnauthorized: false,
  })
  server.prependListener('connection', () => {
    const { tls } = security.present()
    if (tls === undefined || tls === used) return
    server.setSecureContext(contextOptions(tls))
    used = tls
  })
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    if (!isClientAllowed(socket, used)) socket.destroy()
  })
  return server
}

/** Throws the error of OpenSSL if these settings cannot be used. */
export function checkTls(settings: TlsSettings): void {
  createSecureContext(contextOptions(settings))
}

function contextOptions(settings: TlsSettings): SecureContextOptions {
  const { certificate, key, clientAuthorities, minVersion, maxVersion, curves } = settings
  return {
    cert: certificate,
    key,
    minVersion,
    maxVersion,
    ...(clientAuthorities === undefined ? {} : { ca: clientAuthorities }),
    ...(curves === undefined ? {} : { ecdhCurve: curves.join(':') }),
    ...cipherOptions(settings),
  }
}

function cipherOptions({ minVersion, ciphers }: TlsSettings): Pick<SecureContextOptions, 'ciphers'> {
  const isOld = minVersion === 'TLSv1' || minVersion === 'TLSv1.1'
  if (ciphers === undefined && !isOld) return {}
  const list = (ciphers === undefined ? ['DEFAULT'] : [...SUITES_OF_TLS13, ...ciphers]).join(':')
  return { ciphers: isOld ? list + OLD_VERSIONS : list }
}
