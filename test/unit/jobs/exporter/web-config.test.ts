import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readWebConfig } from '../../../../src/jobs/exporter/web-config.ts'
import { failure } from '../../../helpers/refused.ts'

const folder = mkdtempSync(join(tmpdir(), 'web-config-'))
const file = join(folder, 'web.yml')
afterAll(() => rmSync(folder, { recursive: true }))

/** Of "test", by crypt(3). */
const HASH = '$2y$04$0oM.zqzkVlT4hVn2r9zRbuksOJfNe5YU8mVAlQN3oJXEhZOhGscVW'

function read(...lines: readonly string[]): ReturnType<typeof readWebConfig> {
  writeFileSync(file, lines.join('\n'))
  return readWebConfig(file)
}

describe('a file of exporter-toolkit', () => {
  test('with everything', () => {
    const config = read(
      'tls_server_config:',
      '  cert_file: server.pem',
      '  key_file: /etc/keys/server.key',
      '  client_ca_file: ca/clients.pem',
      '  client_auth_type: VerifyClientCertIfGiven',
      '  client_allowed_sans: [prometheus.example, 192.0.2.1]',
      '  min_version: TLS13',
      '  max_version: TLS13',
      '  cipher_suites: [TLS_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]',
      '  curve_preferences: [CurveP384, X25519]',
      '  prefer_server_cipher_suites: true',
      'http_server_config:',
      '  http2: true',
      '  headers:',
      '    Strict-Transport-Security: max-age=60',
      '    X-Content-Type-Options: nosniff',
      '    X-Frame-Options: sameorigin',
      '    X-XSS-Protection: 0',
      "    Content-Security-Policy: default-src 'self'",
      'basic_auth_users:',
      `  alice: ${HASH}`,
      `  12: ${HASH}`,
      'rate_limit: { interval: 1s, burst: 20 }',
    )
    expect(config).toEqual({
      tls: {
        certificate: { file: join(folder, 'server.pem') },
        key: { file: '/etc/keys/server.key' },
        clientAuthorities: { file: join(folder, 'ca/clients.pem') },
        clientAuth: 'VerifyClientCertIfGiven',
        allowedNames: ['prometheus.example', '192.0.2.1'],
        minVersion: 'TLSv1.3',
        maxVersion: 'TLSv1.3',
        ciphers: ['ECDHE-RSA-AES128-GCM-SHA256'],
        curves: ['P-384', 'X25519'],
      },
      users: new Map([
        ['alice', HASH],
        ['12', HASH],
      ]),
      headers: new Map([
        ['Strict-Transport-Security', 'max-age=60'],
        ['X-Content-Type-Options', 'nosniff'],
        ['X-Frame-Options', 'sameorigin'],
        ['X-XSS-Protection', '0'],
        ['Content-Security-Policy', "default-src 'self'"],
      ]),
      ignored: ['prefer_server_cipher_suites', 'rate_limit', 'http2'],
    })
  })

  test('with the certificate in the file, and the defaults', () => {
    const { tls, ignored } = read('tls_server_config:', '  cert: |', '    CERT', '  key: KEY', "  cert_file: ''")
    expect(tls).toEqual({
      certificate: { text: 'CERT\n' },
      key: { text: 'KEY' },
      clientAuthorities: undefined,
      clientAuth: 'NoClientCert',
      allowedNames: undefined,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      ciphers: undefined,
      curves: undefined,
    })
    expect(ignored).toEqual([])
  })

  test.each([
    ['nothing', ''],
    ['a comment', '# nothing yet\n'],
    ['empty sections', 'tls_server_config:\nhttp_server_config:\nbasic_auth_users:\nrate_limit:\n'],
    ['empty lists', 'tls_server_config: {}\nbasic_auth_users: {}\n'],
  ])('with %s', (_, text) => {
    expect(read(text)).toEqual({ users: new Map(), headers: new Map(), ignored: [] })
  })

  test('with the old name of RequireAnyClientCert', () => {
    const { tls } = read('tls_server_config: { cert: C, key: K, client_auth_type: RequireClientCert }')
    expect(tls?.clientAuth).toBe('RequireAnyClientCert')
  })

  test.each(['$2a$10$', '$2b$31$', '$2y$04$'])('with a hash that begins with %s', begin => {
    const hash = begin + HASH.slice(7)
    expect(read('basic_auth_users:', `  bob: ${hash}`).users.get('bob')).toBe(hash)
  })
})

describe('mistakes', () => {
  test.each([
    [['basic_auth: {}'], '1:1: there is no key "basic_auth"', 'did you mean basic_auth_users?'],
    [['tls_server_config:', '  certfile: x'], '2:3: there is no key "certfile"', 'did you mean cert_file?'],
    [['rate_limit: { burst: 1, every: 1s }'], '1:25: there is no key "every"', 'the keys here are interval, burst'],
    [
      ['tls_server_config:', '  key_file: k'],
      '1:1: tls_server_config has no cert_file',
      'write cert_file: …, or cert with the PEM text',
    ],
    [['tls_server_config:', '  cert_file: c'], '1:1: tls_server_config has no key_file', undefined],
    [
      ['tls_server_config:', '  min_version: TLS13'],
      'tls_server_config has no cert_file (and 1 more mistake)',
      undefined,
    ],
    [
      ['tls_server_config:', '  cert_file: c', '  key_file: k', '  min_version: TLS14'],
      '4:16: min_version cannot be "TLS14": it is TLS10, TLS11, TLS12, TLS13',
      undefined,
    ],
    [
      ['tls_server_config: { cert: c, key: k, min_version: TLS13, max_version: TLS12 }'],
      'there is no version of TLS from TLS13 to TLS12',
      undefined,
    ],
    [
      ['tls_server_config: { cert: c, key: k, client_auth_type: Always }'],
      'client_auth_type cannot be "Always": it is NoClientCert, RequestClientCert,',
      undefined,
    ],
    [
      ['tls_server_config: { cert: c, key: k, client_ca_file: ca.pem }'],
      '1:39: client_ca_file has no effect, because clients are asked for no certificate',
      undefined,
    ],
    [
      ['tls_server_config: { cert: c, key: k, client_allowed_sans: [a] }'],
      'client_allowed_sans has no effect',
      undefined,
    ],
    [['tls_server_config: { cert: c, key: k, cipher_suites: [AES] }'], '1:55: this cannot be "AES"', undefined],
    [['tls_server_config: { cert: c, key: k, curve_preferences: [P] }'], '1:59: this cannot be "P"', undefined],
    [['http_server_config: { headers: { Server: x } }'], '1:34: there is no key "Server"', undefined],
    [
      ['http_server_config: { headers: { x-frame-options: deny } }'],
      'there is no key "x-frame-options"',
      'did you mean X-Frame-Options?',
    ],
    [
      ['http_server_config: { headers: { X-Frame-Options: all } }'],
      'X-Frame-Options cannot be "all": it is deny or sameorigin',
      undefined,
    ],
    [['http_server_config: { headers: { X-Content-Type-Options: sniff } }'], 'it is nosniff', undefined],
    [['http_server_config: { headers: { Content-Security-Policy: "a\\nb: c" } }'], 'it is a line of ASCII', undefined],
    [['http_server_config: { http2: maybe }'], '1:30: http2 cannot be "maybe": it is true or false', undefined],
    [['- tls_server_config'], 'it is a list of keys, as tls_server_config', undefined],
    [['basic_auth_users:', '  a: b', '  a: c'], '3:3: the key "a" is there twice', undefined],
    [['tls_server_config: ['], '1:21: ', undefined],
  ])('%j', (lines, message, hint) => {
    const error = failure(() => read(...lines))
    expect(error).toMatchObject({ code: 'usage' })
    expect(error.message).toContain(message)
    expect(error.message).toContain(file)
    if (hint !== undefined) expect(error.hint).toBe(hint)
  })

  test.each([
    'hunter2',
    '123456',
    '$2y$03$0oM.zqzkVlT4hVn2r9zRbuksOJfNe5YU8mVAlQN3oJXEhZOhGscVW',
    '$2y$32$0oM.zqzkVlT4hVn2r9zRbuksOJfNe5YU8mVAlQN3oJXEhZOhGscVW',
    '$2x$04$0oM.zqzkVlT4hVn2r9zRbuksOJfNe5YU8mVAlQN3oJXEhZOhGscVW',
    '$2$04$0oM.zqzkVlT4hVn2r9zRbuksOJfNe5YU8mVAlQN3oJXEhZOhGscVW',
    HASH.slice(0, -1),
    `${HASH}x`,
    '$5$rounds=5000$abcdefgh$hunter2',
    '[hunter2]',
  ])('a password that is no bcrypt hash, and is not shown: %s', password => {
    const error = failure(() => read('basic_auth_users:', '  alice: ' + password))
    expect(error.message).toBe(`${file}:2:10: the password of "alice" is no bcrypt hash`)
    expect(error.excerpt).toBeUndefined()
  })

  test.each([
    [['basic_auth_users: [alice, hunter2]']],
    [['basic_auth_users: hunter2']],
    [['basic_auth_users:', '  alice: "hunter2']],
    [['tls_server_config:', '  cert: c', '  key: [hunter2]']],
    [['tls_server_config:', '  key: hunter2', '  key: hunter2']],
  ])('no secret is in the message of %j', lines => {
    const error = failure(() => read(...lines))
    expect(`${error.message} ${error.hint ?? ''} ${error.excerpt?.text ?? ''}`).not.toContain('hunter2')
  })

  test('a file that does not exist', () => {
    expect(failure(() => readWebConfig(join(folder, 'none.yml'))).message).toContain('none.yml: ')
  })
})
