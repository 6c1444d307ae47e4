import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { UdptoolError } from '../../src/base/error.ts'
import { SECOND } from '../../src/base/nanos.ts'
import { startHttp } from '../../src/http/server.ts'
import { openWebSecurity } from '../../src/jobs/exporter/web-security.ts'
import { makeCertificates, openssl } from '../helpers/certificates.ts'
import { type Child, start } from '../helpers/child.ts'
import { shared } from '../helpers/lifetime.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'
import { startUdptool } from '../helpers/udptool.ts'

/** Debian's blackbox_exporter reads the same file by exporter-toolkit. */
const BLACKBOX = 'prometheus-blackbox-exporter'
const tools = requireTool(BLACKBOX) && requireTool('openssl') && requireTool('curl') && requireTool('python3')

/** By crypt(3): of "secret" with cost 5 and of "other" with cost 4. */
const SECRET = '$2y$05$CCCCCCCCCCCCCCCCCCCCC.pIKrLVkBX9/OvQMSygY1pWEVn72t6na'
const OTHER = '$2b$04$0oM.zqzkVlT4hVn2r9zRbuyx/Pf82doQhoFYbhJ45B95fvMmBPdJa'

/** Two servers with the same web configuration. */
interface Pair {
  readonly file: string
  readonly ours: number
  readonly blackbox: number
}

function written(lines: readonly string[], folder = temporaryFolder()): string {
  const file = join(folder, 'web.yml')
  // Replaced, so that a server never reads half of it.
  writeFileSync(`${file}.new`, `${lines.join('\n')}\n`)
  renameSync(`${file}.new`, file)
  return file
}

function exporter(file: string): Child {
  return startUdptool(['exporter', '127.0.0.1:9', '--web.listen-address', '127.0.0.1:0', '--web.config.file', file])
}

async function portOf(child: Child): Promise<number> {
  const [, port] = await child.waitFor('stdout', /^listening http 127\.0\.0\.1:(\d+) /m)
  return Number(port)
}

/** The server of the exporter in this process, which starts faster. */
async function startOurs(file: string): Promise<number> {
  const server = await startHttp(
    {
      listen: [{ host: '127.0.0.1', port: 0 }],
      maxConnections: 100,
      headerTime: 60 * SECOND,
      security: openWebSecurity(file, () => {}),
    },
    ['/', '/metrics', '/-/healthy'].map(path => ({ path, answer: () => ({ type: 'text/plain', body: 'yes\n' }) })),
  )
  onTestFinished(async () => await server.close())
  return server.addresses[0].port
}

function blackbox(file: string): Child {
  const config = join(temporaryFolder(), 'blackbox.yml')
  writeFileSync(config, 'modules: {}\n')
  return start(BLACKBOX, [`--config.file=${config}`, '--web.listen-address=127.0.0.1:0', `--web.config.file=${file}`])
}

/** `isWhole`: ours is the command. */
async function startPair(lines: readonly string[], isWhole = false): Promise<Pair> {
  const file = written(lines)
  // This line comes after it has read the file; "Listening on" comes before.
  const [, port] = await blackbox(file).waitFor('stderr', /msg="TLS is \w+\." http2=\w+ address=127\.0\.0\.1:(\d+)/)
  const ours = isWhole ? await portOf(exporter(file)) : await startOurs(file)
  return { file, ours, blackbox: Number(port) }
}

/** The status that curl gets, 0 if it gets none, and the headers. */
async function curl(
  url: string,
  ...args: readonly string[]
): Promise<{ readonly status: number; readonly head: string }> {
  const { stdout } = await start('curl', ['-s', '-o', '/dev/null', '-D', '-', '-w', '%{http_code}', ...args, url])
    .finished
  return { status: Number(stdout.slice(-3)), head: stdout.slice(0, -3) }
}

/** The status that both give. */
async function statusOfBoth(
  pair: Pair,
  scheme: 'http' | 'https',
  path: string,
  args: readonly string[],
): Promise<unknown> {
  const [ours, theirs] = await Promise.all(
    [pair.ours, pair.blackbox].map(async port => (await curl(`${scheme}://127.0.0.1:${port}${path}`, ...args)).status),
  )
  return { ours, theirs }
}

describe.runIf(tools)('the same file in udptool and blackbox_exporter', () => {
  describe('passwords', () => {
    const USERS = ['basic_auth_users:', `  alice: ${SECRET}`, `  bob: ${OTHER}`]

    test('the same requests get the same status, on each path', async () => {
      const pair = await startPair(USERS, true)
      const requests: readonly (readonly [number, ...string[]])[] = [
        [401],
        [401, '-u', 'alice:wrong'],
        [401, '-u', 'alice:'],
        [401, '-u', ':secret'],
        [401, '-u', 'carol:secret'],
        [401, '-u', 'carol:fakepassword'],
        [401, '-u', 'bob:secret'],
        [401, '-u', 'Alice:secret'],
        [401, '-H', 'Authorization: Bearer secret'],
        [401, '-H', 'Authorization: Basic !'],
        [401, '-H', 'Authorization: Basic YWxpY2U='],
        [200, '-u', 'alice:secret'],
        [200, '-u', 'alice:secret'],
        [200, '-u', 'bob:other'],
        [200, '-u', 'alice:secret', '-I'],
        [401, '-u', 'alice:wrong'],
        [401, '-I'],
        [401, '-X', 'POST'],
      ]
      for (const [status, ...args] of requests)
        for (const path of ['/', '/metrics', '/-/healthy'])
          expect({ path, args, ...Object(await statusOfBoth(pair, 'http', path, args)) }).toEqual({
            path,
            args,
            ours: status,
            theirs: status,
          })
      expect(await statusOfBoth(pair, 'http', '/nothing', [])).toEqual({ ours: 401, theirs: 401 })
      for (const port of [pair.ours, pair.blackbox]) {
        const { head } = await curl(`http://127.0.0.1:${port}/metrics`)
        expect(head).toMatch(/^www-authenticate: Basic\r$/im)
      }
    })

    test('a changed file counts at once', async () => {
      const pair = await startPair(USERS)
      const bob = ['-u', 'bob:other']
      expect(await statusOfBoth(pair, 'http', '/metrics', bob)).toEqual({ ours: 200, theirs: 200 })
      written(USERS.slice(0, 2), join(pair.file, '..'))
      expect(await statusOfBoth(pair, 'http', '/metrics', bob)).toEqual({ ours: 401, theirs: 401 })
      written(['basic_auth_users:', `  bob: ${SECRET}`], join(pair.file, '..'))
      expect(await statusOfBoth(pair, 'http', '/metrics', bob)).toEqual({ ours: 401, theirs: 401 })
      expect(await statusOfBoth(pair, 'http', '/metrics', ['-u', 'bob:secret'])).toEqual({ ours: 200, theirs: 200 })
    })

    test('a broken file: blackbox_exporter answers 500, we go on with the last one', async () => {
      const pair = await startPair(USERS)
      written(['basic_auth_users: ['], join(pair.file, '..'))
      expect(await statusOfBoth(pair, 'http', '/metrics', ['-u', 'alice:secret'])).toEqual({ ours: 200, theirs: 500 })
      expect(await statusOfBoth(pair, 'http', '/metrics', [])).toEqual({ ours: 401, theirs: 500 })
    })

    test('the log has each change once, and its reason', async () => {
      const file = written(USERS)
      const child = exporter(file)
      const url = `http://127.0.0.1:${await portOf(child)}/metrics`
      written(['basic_auth_users: {', ' alice: secret }'], join(file, '..'))
      for (let n = 0; n < 3; n += 1) expect((await curl(url)).status).toBe(401)
      written([...USERS, 'rate_limit: { interval: 1s, burst: 20 }'], join(file, '..'))
      for (let n = 0; n < 3; n += 1) expect((await curl(url, '-u', 'bob:other')).status).toBe(200)
      child.signal('SIGTERM')
      const { code, stderr } = await child.finished
      expect(code).toBe(0)
      const lines = stderr.split('\n').filter(line => line.includes('web.yml'))
      expect(lines.map(line => line.replace(/^time=\S+ /, '').replaceAll(file, 'web.yml'))).toEqual([
        'level=error msg="web configuration cannot be used, the last one stays" file=web.yml err="web.yml:2:9: the password of \\"alice\\" is no bcrypt hash"',
        'level=info msg="web configuration read again" file=web.yml',
        'level=warn msg="rate_limit has no effect" file=web.yml',
      ])
    })

    test('an emptied file: blackbox_exporter lets everybody in, we do not', async () => {
      const pair = await startPair(USERS)
      written([], join(pair.file, '..'))
      expect(await statusOfBoth(pair, 'http', '/metrics', [])).toEqual({ ours: 401, theirs: 200 })
    })
  })

  test('headers', async () => {
    const headers = {
      'Strict-Transport-Security': 'max-age=31536000',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'deny',
      'X-XSS-Protection': '0',
      'Content-Security-Policy': "frame-ancestors 'self'",
    }
    const lines = Object.entries(headers).map(([name, value]) => `    ${name}: ${JSON.stringify(value)}`)
    const pair = await startPair(['http_server_config:', '  headers:', ...lines])
    for (const port of [pair.ours, pair.blackbox]) {
      const { head } = await curl(`http://127.0.0.1:${port}/metrics`)
      for (const [name, value] of Object.entries(headers))
        expect(head.toLowerCase()).toContain(`${name.toLowerCase()}: ${value}\r\n`)
    }
    // A further policy can only restrict: that of the page stays.
    expect((await curl(`http://127.0.0.1:${pair.ours}/`)).head).toMatch(
      /^content-security-policy: default-src 'none'/im,
    )
  })

  describe('TLS', () => {
    const certificates = shared(makeCertificates)

    function tls(...more: readonly string[]): readonly string[] {
      const { path } = certificates()
      return [
        'tls_server_config:',
        `  cert_file: ${path('server.pem')}`,
        `  key_file: ${path('server.key')}`,
        ...more.map(line => `  ${line}`),
      ]
    }

    /** Arguments of curl for a client with the certificate of this name. */
    function client(name?: string): readonly string[] {
      const { path } = certificates()
      const own = name === undefined ? [] : ['--cert', path(`${name}.pem`), '--key', path(`${name}.key`)]
      return ['--cacert', path('ca.pem'), ...own]
    }

    test.each<[string, number, number, number]>([
      ['NoClientCert', 200, 200, 200],
      ['RequestClientCert', 200, 200, 200],
      ['RequireAnyClientCert', 0, 200, 200],
      ['RequireClientCert', 0, 200, 200],
      ['VerifyClientCertIfGiven', 200, 0, 200],
      ['RequireAndVerifyClientCert', 0, 0, 200],
    ])(
      '%s: without a certificate %d, with one of another authority %d, with a good one %d',
      async (type, none, stranger, good) => {
        const authority = type === 'NoClientCert' ? [] : [`client_ca_file: ${certificates().path('ca.pem')}`]
        const pair = await startPair(tls(`client_auth_type: ${type}`, ...authority))
        for (const version of ['1.2', '1.3']) {
          const limits = ['--tlsv1.2', '--tls-max', version]
          const both = async (name?: string): Promise<unknown> =>
            await statusOfBoth(pair, 'https', '/metrics', [...limits, ...client(name)])
          expect(await both()).toEqual({ ours: none, theirs: none })
          expect(await both('stranger')).toEqual({ ours: stranger, theirs: stranger })
          expect(await both('client')).toEqual({ ours: good, theirs: good })
        }
      },
    )

    test('a client that trusts another authority, and one without TLS, get nothing', async () => {
      const pair = await startPair(tls())
      const wrong = ['--cacert', certificates().path('other-ca.pem')]
      expect(await statusOfBoth(pair, 'https', '/metrics', wrong)).toEqual({ ours: 0, theirs: 0 })
      const plain = await curl(`http://127.0.0.1:${pair.ours}/metrics`)
      expect(plain.head).not.toContain('200')
    })

    test.each<[readonly string[], Readonly<Record<string, number>>]>([
      [[], { '1.0': 0, '1.1': 0, '1.2': 200, '1.3': 200 }],
      [['min_version: TLS10'], { '1.0': 200, '1.1': 200, '1.2': 200, '1.3': 200 }],
      [['min_version: TLS11', 'max_version: TLS11'], { '1.0': 0, '1.1': 200, '1.2': 0, '1.3': 0 }],
      [['min_version: TLS13'], { '1.0': 0, '1.1': 0, '1.2': 0, '1.3': 200 }],
      [['max_version: TLS12'], { '1.0': 0, '1.1': 0, '1.2': 200, '1.3': 0 }],
    ])('versions with %j', async (lines, expected) => {
      const pair = await startPair(tls(...lines))
      for (const [version, status] of Object.entries(expected)) {
        // OpenSSL has TLS 1.0 and 1.1 at security level 0 only, and HTTP/2 needs TLS 1.2 (RFC 9113 §9.2).
        const only = [`--tlsv${version}`, '--tls-max', version, '--ciphers', 'DEFAULT@SECLEVEL=0', '--http1.1']
        const both = await statusOfBoth(pair, 'https', '/metrics', [...only, ...client()])
        expect({ version, ...Object(both) }).toEqual({ version, ours: status, theirs: status })
      }
    })

    test('cipher suites of TLS 1.2; those of TLS 1.3 are always allowed', async () => {
      const pair = await startPair(tls('cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]'))
      for (const [limits, status] of [
        [['--tls-max', '1.2', '--ciphers', 'ECDHE-ECDSA-AES256-GCM-SHA384'], 0],
        [['--tls-max', '1.2', '--ciphers', 'ECDHE-ECDSA-AES128-GCM-SHA256'], 200],
        [['--tlsv1.3', '--tls13-ciphers', 'TLS_CHACHA20_POLY1305_SHA256'], 200],
      ] as const)
        expect(await statusOfBoth(pair, 'https', '/metrics', [...limits, ...client()])).toEqual({
          ours: status,
          theirs: status,
        })
    })

    test('curves', async () => {
      const pair = await startPair(tls('curve_preferences: [CurveP384]'))
      for (const [curve, status] of [
        ['X25519', 0],
        ['P-384', 200],
      ] as const)
        expect(await statusOfBoth(pair, 'https', '/metrics', ['--curves', curve, ...client()])).toEqual({
          ours: status,
          theirs: status,
        })
    })

    test('passwords over TLS, and the certificate and key in the file itself', async () => {
      const { path } = certificates()
      const inline = (key: string, name: string): readonly string[] => [
        `  ${key}: |`,
        ...readFileSync(path(name), 'utf8')
          .trim()
          .split('\n')
          .map(line => `    ${line}`),
      ]
      const file = written([
        'tls_server_config:',
        ...inline('cert', 'server.pem'),
        ...inline('key', 'server.key'),
        'basic_auth_users:',
        `  alice: ${SECRET}`,
      ])
      const url = `https://127.0.0.1:${await startOurs(file)}/-/healthy`
      expect((await curl(url, ...client())).status).toBe(401)
      expect((await curl(url, ...client(), '-u', 'alice:secret')).status).toBe(200)
    })

    test.each<[string, string, number]>([
      ['prometheus.example', 'client', 200],
      ["'2001:db8::1'", 'client', 200],
      ['other.example', 'client', 0],
      ['prometheus.example', 'stranger', 0],
    ])('client_allowed_sans: [%s], for the client "%s": %d', async (name, who, status) => {
      const { path } = certificates()
      const file = written(
        tls(
          'client_auth_type: RequireAndVerifyClientCert',
          `client_ca_file: ${path('ca.pem')}`,
          `client_allowed_sans: [${name}]`,
        ),
      )
      expect((await curl(`https://127.0.0.1:${await startOurs(file)}/`, ...client(who))).status).toBe(status)
    })

    /** A client by Python's ssl that sends its request together with the end of its handshake, and prints what it gets. */
    const EAGER = [
      'import socket, ssl, sys',
      'host, port, ca, cert, key = "127.0.0.1", int(sys.argv[1]), *sys.argv[2:]',
      'context = ssl.create_default_context(cafile=ca)',
      'context.load_cert_chain(cert, key)',
      'with context.wrap_socket(socket.create_connection((host, port)), server_hostname=host) as s:',
      '    try:',
      '        s.sendall(b"GET /metrics HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nConnection: close\\r\\n\\r\\n")',
      '        print(s.recv(65536))',
      '    except OSError as e: print("refused", e)',
    ].join('\n')

    test('an eager client with a certificate of another authority gets no byte of an answer', async () => {
      const { path } = certificates()
      const port = await startOurs(
        written(tls('client_auth_type: RequireAndVerifyClientCert', `client_ca_file: ${path('ca.pem')}`)),
      )
      const eager = async (name: string): Promise<string> =>
        (
          await start('python3', ['-c', EAGER, String(port), ...['ca.pem', `${name}.pem`, `${name}.key`].map(path)])
            .finished
        ).stdout
      expect(await eager('client')).toContain('HTTP/1.1 200 OK')
      expect(await eager('stranger')).not.toContain('HTTP')
    })

    /** Serial number of the certificate that a server shows to openssl(1). */
    async function serial(port: number): Promise<string> {
      const { stdout } = await start('openssl', ['s_client', '-connect', `127.0.0.1:${port}`]).finished
      const pem = join(temporaryFolder(), 'shown.pem')
      writeFileSync(pem, stdout)
      return stdout.includes('BEGIN CERTIFICATE') ? await openssl(`x509 -in ${pem} -noout -serial`) : 'none'
    }

    test('certificates rotate while both run, and half of a rotation changes nothing here', async () => {
      const { path, make } = certificates()
      for (const end of ['pem', 'key']) copyFileSync(path(`server.${end}`), path(`rotating.${end}`))
      const pair = await startPair(
        ['tls_server_config:', `  cert_file: ${path('rotating.pem')}`, `  key_file: ${path('rotating.key')}`],
        true,
      )
      const shown = async (): Promise<unknown> => ({
        ours: await serial(pair.ours),
        theirs: await serial(pair.blackbox),
      })
      const first = await openssl(`x509 -in ${path('server.pem')} -noout -serial`)
      expect(await shown()).toEqual({ ours: first, theirs: first })
      await make('next', 'ca', 'DNS:localhost,IP:127.0.0.1')
      const second = await openssl(`x509 -in ${path('next.pem')} -noout -serial`)
      expect(second).not.toBe(first)
      renameSync(path('next.key'), path('rotating.key'))
      expect(await shown()).toEqual({ ours: first, theirs: 'none' })
      renameSync(path('next.pem'), path('rotating.pem'))
      expect(await shown()).toEqual({ ours: second, theirs: second })
      expect(await statusOfBoth(pair, 'https', '/metrics', client())).toEqual({ ours: 200, theirs: 200 })
    })

    test('a new client authority counts for new connections', async () => {
      const { path } = certificates()
      copyFileSync(path('ca.pem'), path('clients.pem'))
      const pair = await startPair(
        tls('client_auth_type: RequireAndVerifyClientCert', `client_ca_file: ${path('clients.pem')}`),
      )
      expect(await statusOfBoth(pair, 'https', '/metrics', client('client'))).toEqual({ ours: 200, theirs: 200 })
      copyFileSync(path('other-ca.pem'), path('clients.pem.new'))
      renameSync(path('clients.pem.new'), path('clients.pem'))
      expect(await statusOfBoth(pair, 'https', '/metrics', client('client'))).toEqual({ ours: 0, theirs: 0 })
      expect(await statusOfBoth(pair, 'https', '/metrics', client('stranger'))).toEqual({ ours: 200, theirs: 200 })
    })

    test('the command ends with 2 and prints the place', async () => {
      const file = written(['basic_auth_users:', '  alice: secret'])
      const { code, stdout, stderr } = await exporter(file).finished
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain(`${file}:2:10: the password of "alice" is no bcrypt hash`)
      expect(stderr).not.toContain('secret')
    })

    test.each([
      [['tls_server_config: { cert_file: none.pem, key_file: none.key }']],
      [['tls_server_config: { key_file: none.key }']],
      [['tls_server_config: { client_auth_type: Sometimes }']],
      [['tls_server_config: { min_version: TLS14 }']],
      [['tls_server_config: { cipher_suites: [AES] }']],
      [['tls_server_config: { curve_preferences: [P] }']],
      [['tls_config: {}']],
      [['http_server_config: { headers: { Server: x } }']],
      [['http_server_config: { headers: { X-Frame-Options: all } }']],
      [['basic_auth_users:', '  alice: secret']],
      [['basic_auth_users:', '  alice: $2y$05$short']],
      [['basic_auth_users: [']],
    ])('both refuse to start with %j', async lines => {
      const file = written(lines)
      expect(() => openWebSecurity(file, () => {})).toThrow(UdptoolError)
      expect((await blackbox(file).finished).code).toBe(1)
    })
  })
})
