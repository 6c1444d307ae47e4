import { describe, expect, test } from 'vitest'
import { UdptoolError } from '../../../src/base/error.ts'
import { errorName, errorNumber, socketError } from '../../../src/engine/socket-error.ts'

function systemError(code: string, errno = -1): Error {
  return Object.assign(new Error(`bind ${code} 127.0.0.1:9000`), { code, errno, syscall: 'bind' })
}

describe('socketError', () => {
  test.each([
    ['EADDRINUSE', 'addressInUse', /another socket has this port/, /another port, 0 for/],
    ['EADDRNOTAVAIL', 'addressUnavailable', /no interface/, /ip -brief/],
    ['ENETUNREACH', 'addressUnavailable', /no route/, undefined],
    ['EHOSTUNREACH', 'addressUnavailable', /no route/, undefined],
    ['EAFNOSUPPORT', 'addressUnavailable', /address family/, /-4/],
    ['EINVAL', 'addressUnavailable', /invalid/, undefined],
    ['EACCES', 'permission', /permission/, /1024/],
    ['EPERM', 'permission', /firewall/, undefined],
    ['ENOTFOUND', 'resolve', /no address/, /spelling/],
    ['EAI_AGAIN', 'resolve', /name server/, /spelling/],
    ['EMFILE', 'socket', /file descriptors/, /ulimit/],
    ['ECONNREFUSED', 'socket', /nothing listens/, /server/],
    ['ECONNRESET', 'socket', /broke/, undefined],
    ['EPIPE', 'socket', /broke/, undefined],
    ['ETIMEDOUT', 'socket', /nothing answers/, undefined],
  ] as const)('%s is %s', (name, code, reason, hint) => {
    const error = socketError(systemError(name), 'bind', '127.0.0.1:9000')
    expect(error).toBeInstanceOf(UdptoolError)
    expect(error).toMatchObject({ code, operation: 'bind', address: '127.0.0.1:9000' })
    expect(error.message).toMatch(/^cannot bind 127\.0\.0\.1:9000: /)
    expect(error.message).toMatch(reason)
    expect(error.message).toContain(`(${name})`)
    if (hint === undefined) expect(error.hint).toBeUndefined()
    else expect(error.hint).toMatch(hint)
  })

  test('an unknown error has the text of the system, once', () => {
    const { code, message } = socketError(systemError('EWEIRD'), 'bind', 'x')
    expect([code, message]).toEqual(['socket', 'cannot bind x: bind EWEIRD 127.0.0.1:9000'])
  })

  test('the thrown value is the cause; other values become text', () => {
    const cause = systemError('EACCES')
    expect(socketError(cause, 'bind', 'x').cause).toBe(cause)
    expect(socketError('text', 'bind', 'x').message).toBe('cannot bind x: text')
  })

  test('our own errors are passed on', () => {
    const own = new UdptoolError('engine', 'no')
    expect(socketError(own, 'bind', 'x')).toBe(own)
  })
})

test('errorName and errorNumber', () => {
  const error = systemError('EMSGSIZE', -90)
  expect([errorName(error), errorNumber(error)]).toEqual(['EMSGSIZE', 90])
  for (const other of [new Error('x'), Object.assign(new Error('x'), { code: 5, errno: 'E' }), 'x', null, undefined]) {
    expect([errorName(other), errorNumber(other)]).toEqual(['', 0])
  }
})
