import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parameterOf, readSipMessage, readStartLine, splitValue } from '../../../../src/wire/services/sip-message.ts'
import { anyDatagram } from './request.ts'

const encoded = (...lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join('\r\n'))

describe('a SIP message', () => {
  test('has fields with compact names, any case, white space and folded lines (RFC 3261 section 7.3)', () => {
    const message = readSipMessage(
      encoded(
        'SIP/2.0 200 OK',
        'v: SIP/2.0/UDP a',
        'VIA  :\tSIP/2.0/UDP b',
        'f:',
        ' <sip:a@b>',
        '\t;tag=1 ',
        'I: id',
        'cSEQ: 0009',
        '  OPTIONS',
        'l : 3',
        '',
        'abc',
      ),
    )
    expect(Object.fromEntries(message?.fields ?? [])).toEqual({
      via: ['SIP/2.0/UDP a', 'SIP/2.0/UDP b'],
      from: ['<sip:a@b> ;tag=1'],
      'call-id': ['id'],
      cseq: ['0009 OPTIONS'],
      'content-length': ['3'],
    })
    expect(message?.bodyLength).toBe(3)
  })

  test('keeps no fields that nobody needs, and no lines that are none', () => {
    const lines = ['SIP/2.0 200 OK', '__proto__: x', 'toString: y', 'Subject: z', 'Via', ': empty', ' fold', '', '']
    expect([...(readSipMessage(encoded(...lines))?.fields ?? [])]).toEqual([])
  })

  test('may have a folded start line', () => {
    const message = readSipMessage(encoded('SIP/2.0 200 OK', ' i: a', 'i: b', '', ''))
    expect(message?.fields.get('call-id')).toEqual(['b'])
  })

  test('may have lines that end with a line feed alone', () => {
    const message = readSipMessage(new TextEncoder().encode('SIP/2.0 200 OK\nCall-ID: a\n\nbody'))
    expect(message?.fields.get('call-id')).toEqual(['a'])
    expect(message?.bodyLength).toBe(4)
  })

  test('ends its header with an empty line', () => {
    expect(readSipMessage(encoded('SIP/2.0 200 OK', 'Via: x', ''))).toBeUndefined()
    expect(readSipMessage(encoded('SIP/2.0 200 OK', '', ''))?.fields.size).toBe(0)
    expect(readStartLine(encoded('SIP/2.0 200 OK', 'Via: x'))).toBe('SIP/2.0 200 OK')
    expect(readStartLine(encoded('SIP/2.0 200 OK'))).toBe('SIP/2.0 200 OK')
  })
})

describe('a header value', () => {
  test('is split outside of quotes and angle brackets', () => {
    expect(splitValue('a;b="x;y\\";z" , c<d,e>,', ',')).toEqual(['a;b="x;y\\";z"', 'c<d,e>', ''])
    expect(splitValue('"open ; , \\', ';')).toEqual(['"open ; , \\'])
    expect(splitValue('', ';')).toEqual([''])
  })

  test('has parameters after semicolons', () => {
    expect(parameterOf('SIP / 2.0 / UDP host ; rport ; Branch = z9 ;branch=other', 'branch')).toBe('z9')
    expect(parameterOf('"J ;tag=no" <sip:a@b;tag=no>\t;\ttag = yes', 'tag')).toBe('yes')
    expect(parameterOf('sip:a@b;tag=yes', 'tag')).toBe('yes')
    expect(parameterOf('<sip:a@b;tag=no>;rport', 'tag')).toBeUndefined()
  })
})

test('any bytes are read without an error', () => {
  fc.assert(
    fc.property(anyDatagram, bytes => {
      const message = readSipMessage(bytes)
      for (const value of message?.fields.get('via') ?? []) parameterOf(value, 'branch')
      readStartLine(bytes)
    }),
  )
})
