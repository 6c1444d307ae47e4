import { describe, expect, test } from 'vitest'
import { alternativeNames, isClientAllowed } from '../../../src/http/client-certificate.ts'
import type { ClientAuth } from '../../../src/http/security.ts'

describe('the names of a subjectAltName', () => {
  test.each([
    ['', []],
    ['DNS:a.example', ['a.example']],
    ['DNS:a.example, DNS:*.b.example, IP Address:192.0.2.1', ['a.example', '*.b.example', '192.0.2.1']],
    ['email:a@b.example, URI:spiffe://a.example/b?c', ['a@b.example', 'spiffe://a.example/b?c']],
    ['DNS:"evil.example, DNS:good.example"', ['evil.example, DNS:good.example']],
    [String.raw`URI:"http://a/\",DNS:good.example", DNS:b`, ['http://a/",DNS:good.example', 'b']],
    ['othername:"<unsupported>, DNS:good.example", DNS:b', ['b']],
    ['othername:<unsupported>, DirName:"CN = a, O = b", Registered ID:1.2.3', []],
    ['DNS:a, "', []],
    ['DNS:a,DNS:b', []],
    ['a', []],
  ])('%s', (text, names) => {
    expect(alternativeNames(text)).toEqual(names)
  })
})

interface Presented {
  /** Absent: no certificate. */
  readonly names?: string
  readonly authorized?: boolean
}

function allowed(
  clientAuth: ClientAuth,
  { names, authorized = false }: Presented,
  allowedNames?: readonly string[],
): boolean {
  const certificate = names === undefined ? undefined : { subjectAltName: names }
  // Only the names of the certificate are read.
  const client = { authorized, getPeerX509Certificate: () => certificate } as Parameters<typeof isClientAllowed>[0]
  return isClientAllowed(client, { clientAuth, allowedNames })
}

describe('a client', () => {
  test.each<[ClientAuth, boolean, boolean, boolean]>([
    ['NoClientCert', true, true, true],
    ['RequestClientCert', true, true, true],
    ['RequireAnyClientCert', false, true, true],
    ['VerifyClientCertIfGiven', true, false, true],
    ['RequireAndVerifyClientCert', false, false, true],
  ])('%s: without a certificate %s, with an unknown one %s, with a good one %s', (type, none, unknown, good) => {
    expect([
      allowed(type, {}),
      allowed(type, { names: 'DNS:a' }),
      allowed(type, { names: 'DNS:a', authorized: true }),
    ]).toEqual([none, unknown, good])
  })

  test.each<[string, boolean]>([
    ['DNS:prometheus.example', true],
    ['DNS:other.example, DNS:prometheus.example', true],
    ['IP Address:2001:DB8:0:0:0:0:0:1', true],
    ['IP Address:192.0.2.7', false],
    ['DNS:PROMETHEUS.example', false],
    ['DNS:prometheus.example.evil.example', false],
    ['DNS:"x, DNS:prometheus.example"', false],
    ['', false],
  ])('needs one of the allowed names: %s', (names, isAllowed) => {
    const wanted = ['prometheus.example', '2001:db8::1']
    for (const type of ['RequestClientCert', 'VerifyClientCertIfGiven', 'RequireAndVerifyClientCert'] as const)
      expect(allowed(type, { names, authorized: true }, wanted)).toBe(isAllowed)
  })

  test('without a certificate has none of the allowed names', () => {
    expect(allowed('VerifyClientCertIfGiven', {}, ['a'])).toBe(false)
    expect(allowed('RequireAndVerifyClientCert', { names: 'DNS:a' }, ['a'])).toBe(false)
  })
})
