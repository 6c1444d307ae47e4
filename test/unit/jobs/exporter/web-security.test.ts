import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { HttpSecurity } from '../../../../src/http/security.ts'
import { openWebSecurity } from '../../../../src/jobs/exporter/web-security.ts'
import { failure } from '../../../helpers/refused.ts'

/** Of "U*U", by crypt_blowfish's test. */
const HASH = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'

interface Opened {
  readonly security: HttpSecurity
  readonly file: string
  /** Lines of the log: level, message, and what follows the name of the file in `err`. */
  readonly lines: string[]
  /** Replaces the file. */
  readonly write: (text: string) => void
}

function opened(text: string): Opened {
  const folder = mkdtempSync(join(tmpdir(), 'web-security-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'web.yml')
  const write = (content: string): void => {
    // A new inode: two changes within the resolution of the clock of the file system can have the same time.
    writeFileSync(`${file}.new`, content)
    renameSync(`${file}.new`, file)
  }
  write(text)
  const lines: string[] = []
  const security = openWebSecurity(file, (level, message, fields) =>
    lines.push(`${level}: ${message} ${String(fields?.['err'] ?? '').replace(file, '')}`.trim()),
  )
  return { security, file, lines, write }
}

function usersOf(security: HttpSecurity): readonly string[] {
  return [...security.present().users.keys()]
}

const USERS = `basic_auth_users:\n  alice: ${HASH}\n`

describe('a file that changes', () => {
  test('is read again', () => {
    const { security, write, lines } = opened(USERS)
    const first = security.present()
    expect(security.present()).toBe(first)
    write(`${USERS}  bob: ${HASH}\nhttp_server_config: { headers: { X-Frame-Options: deny } }\n`)
    expect(usersOf(security)).toEqual(['alice', 'bob'])
    expect(security.present().headers).toEqual(new Map([['X-Frame-Options', 'deny']]))
    expect(lines).toEqual(['info: web configuration read again'])
  })

  test.each([
    ['broken', 'basic_auth_users: [', ':1:20: '],
    ['with a bad hash', 'basic_auth_users: { bob: x }', ':1:26: the password of "bob" is no bcrypt hash'],
    ['empty', '', ': all passwords are removed, which needs a restart'],
    ['without passwords', 'rate_limit: {}', ': all passwords are removed, which needs a restart'],
    [
      'with TLS and without passwords',
      'tls_server_config: { cert: c, key: k }',
      ': TLS is turned on or off and all passwords are removed, which needs a restart',
    ],
  ])('and is %s has no effect, and is logged once', (_, text, err) => {
    const { security, write, lines } = opened(USERS)
    write(text)
    const stays = security.present()
    expect(usersOf(security)).toEqual(['alice'])
    expect(security.present()).toBe(stays)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(`error: web configuration cannot be used, the last one stays ${err}`)
    write(`${USERS}  bob: ${HASH}\n`)
    expect(usersOf(security)).toEqual(['alice', 'bob'])
  })

  test('and that goes and comes', () => {
    const { security, file, write, lines } = opened(USERS)
    rmSync(file)
    expect(usersOf(security)).toEqual(['alice'])
    write(`basic_auth_users: { bob: ${HASH} }`)
    expect(usersOf(security)).toEqual(['bob'])
    expect(lines.map(line => line.split(':')[0])).toEqual(['error', 'info'])
  })

  test('can add passwords', () => {
    const { security, write } = opened('')
    expect(usersOf(security)).toEqual([])
    write(USERS)
    expect(usersOf(security)).toEqual(['alice'])
  })
})

describe('at the start', () => {
  test('keys without effect are logged', () => {
    expect(opened('rate_limit: { interval: 1s, burst: 2 }').lines).toEqual(['warn: rate_limit has no effect'])
  })

  test.each([
    ['no certificate', '', 'has no certificate in PEM'],
    [
      'a certificate that cannot be read',
      '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----',
      'cannot be used: ',
    ],
  ])('a certificate file with %s is an error', (_, pem, message) => {
    const folder = mkdtempSync(join(tmpdir(), 'web-security-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'web.yml')
    writeFileSync(file, 'tls_server_config: { cert_file: cert.pem, key: KEY }')
    writeFileSync(join(folder, 'cert.pem'), pem)
    const error = failure(() => openWebSecurity(file, () => {}))
    expect(error.code).toBe('usage')
    expect(error.message).toContain(message)
  })

  test('a certificate file that does not exist is an error', () => {
    const error = failure(() => opened('tls_server_config: { cert_file: none.pem, key: KEY }'))
    expect(error.message).toContain('none.pem: ')
  })
})
