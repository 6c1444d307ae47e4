import { describe, expect, test } from 'vitest'
import { basicCredentials, PasswordGate } from '../../../src/http/password-gate.ts'

/** The test vectors of crypt_blowfish (wrapper.c), cost 5. */
const USERS = new Map([
  ['alice', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['bob', '$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a'],
])
const ALICE = basic('alice', 'U*U')

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

describe('credentials', () => {
  test.each([
    ['Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', ['Aladdin', 'open sesame']],
    ['Basic dGVzdDoxMjPCow==', ['test', '123£']],
    ['basic YTo=', ['a', '']],
    ['BASIC OmI=', ['', 'b']],
    ['Basic YTpiOmM=', ['a', 'b:c']],
  ])('%s (RFC 7617 §2)', (header, credentials) => {
    expect(basicCredentials(header)).toEqual(credentials)
  })

  test.each([
    undefined,
    '',
    'Basic',
    'Basic ',
    'Basic YQ==',
    'Basic YTpi YTpi',
    'Basic YTpiOmM',
    'Basic  YTpiOmM=',
    'Bearer YTpiOmM=',
    'Basic YTr/',
    'Basic YT_i',
    'Digest username="a"',
  ])('%j has none', header => {
    expect(basicCredentials(header)).toBeUndefined()
  })
})

describe('a gate', () => {
  test.each([
    ['the right password', ALICE, 'admitted'],
    ['that of another user', basic('bob', 'U*U*U'), 'admitted'],
    ['a wrong password', basic('alice', 'u*u'), 'refused'],
    ['the password of another user', basic('alice', 'U*U*U'), 'refused'],
    ['no password', basic('alice', ''), 'refused'],
    ['an unknown user', basic('carol', 'U*U'), 'refused'],
    ['an unknown user with the password of the fake hash', basic('carol', 'fakepassword'), 'refused'],
    ['a property of objects', basic('__proto__', 'U*U'), 'refused'],
    ['no header', undefined, 'refused'],
  ])('%s', async (_, header, admission) => {
    const gate = new PasswordGate()
    for (let n = 0; n < 2; n += 1) expect(await gate.admit(header, '192.0.2.1', USERS)).toBe(admission)
  })

  test('bytes after the 72nd do not count, as in every bcrypt', async () => {
    const users = new Map([['long', '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui']])
    const password =
      '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored'
    expect(await new PasswordGate().admit(basic('long', password), '', users)).toBe('admitted')
    expect(await new PasswordGate().admit(basic('long', password.slice(0, 71)), '', users)).toBe('refused')
  })

  test('a changed hash makes a remembered password invalid, and so does a removed user', async () => {
    const gate = new PasswordGate()
    expect(await gate.admit(ALICE, '', USERS)).toBe('admitted')
    expect(await gate.admit(ALICE, '', new Map([['alice', USERS.get('bob') ?? '']]))).toBe('refused')
    expect(await gate.admit(ALICE, '', new Map([['bob', USERS.get('bob') ?? '']]))).toBe('refused')
    expect(await gate.admit(ALICE, '', USERS)).toBe('admitted')
  })

  test('few passwords of a source wait, and few in all; the same one waits once', async () => {
    const gate = new PasswordGate()
    const from = async (source: number, password: string): Promise<string> =>
      await gate.admit(basic('alice', password), `192.0.2.${source}`, USERS)
    const one = Array.from({ length: 6 }, async (_, n) => await from(1, `wrong ${n}`))
    const same = Array.from({ length: 6 }, async () => await from(2, 'U*U'))
    const others = Array.from({ length: 20 }, async (_, n) => await from(10 + n, `wrong ${10 + n}`))
    expect(await Promise.all(one)).toEqual(['refused', 'refused', 'refused', 'refused', 'busy', 'busy'])
    expect(await Promise.all(same)).toEqual(Array.from({ length: 6 }, () => 'admitted'))
    expect(await Promise.all(others)).toEqual([
      ...Array.from({ length: 11 }, () => 'refused'),
      ...Array.from({ length: 9 }, () => 'busy'),
    ])
    expect(await Promise.all([from(1, 'later'), from(10, 'later too')])).toEqual(['refused', 'refused'])
  })

  test('a flood of wrong passwords delays no one whose password was right before', async () => {
    const gate = new PasswordGate()
    expect(await gate.admit(ALICE, '192.0.2.1', USERS)).toBe('admitted')
    for (let n = 0; n < 101; n += 1)
      expect(await gate.admit(basic('alice', `wrong ${n}`), '192.0.2.1', USERS)).toBe('refused')
    let isOver = false
    const flood = Promise.all(
      Array.from({ length: 4 }, async (_, n) => await gate.admit(basic('alice', `${n}`), '192.0.2.1', USERS)),
    ).then(() => (isOver = true))
    expect(await gate.admit(ALICE, '192.0.2.1', USERS)).toBe('admitted')
    expect(isOver).toBe(false)
    await flood
  })
})
