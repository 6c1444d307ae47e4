import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { SECOND } from '../../../src/base/nanos.ts'
import { startHttp } from '../../../src/http/server.ts'
import { exchange, get } from '../../helpers/raw-http.ts'

const USERS = new Map([['alice', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW']])
const SECURITY = { present: () => ({ users: USERS, headers: new Map<string, string>() }) }

test('no request without the password reaches a route, whatever it looks like', async () => {
  let reached = 0
  const server = await startHttp(
    {
      listen: [{ host: '127.0.0.1', port: 0 }],
      prefix: '/p',
      maxConnections: 50,
      headerTime: 60 * SECOND,
      security: SECURITY,
    },
    ['/', '/probe'].map(path => ({
      path,
      methods: ['GET', 'POST'],
      answer: ({ query }) => {
        reached += 1
        return { type: 'text/plain', body: query.get('target') ?? '' }
      },
    })),
  )
  onTestFinished(async () => await server.close())
  const port = server.addresses[0].port
  const text = fc.string({ unit: 'binary-ascii', maxLength: 30 })
  const path = fc.oneof(
    fc.constantFrom('/p/probe', '/p/', '/', '/p', '*', 'http://127.0.0.1/p/probe', '/p/../p/probe', '/p/%70robe'),
    text,
  )
  const request = fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'TRACE', 'CONNECT', 'get', 'X'),
    path: fc
      .tuple(
        path,
        fc.oneof(
          fc.constant(''),
          text.map(query => `?target=${query}`),
        ),
      )
      .map(parts => parts.join('')),
    host: fc.oneof(fc.constantFrom('127.0.0.1', 'localhost', '[::1]:1'), text),
    authorization: fc.oneof(
      fc.constantFrom('Basic', 'Basic Og==', 'Basic YWxpY2U6', 'Basic YWxpY2U=', 'Bearer VSpV', 'Basic VSpV'),
      text,
      text.map(credentials => `Basic ${Buffer.from(credentials).toString('base64')}`),
    ),
    name: fc.constantFrom('Authorization', 'authorization', 'X-Authorization', 'Proxy-Authorization'),
    more: text,
  })
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path: target, host, authorization, name, more }) => {
      const { status } = await exchange(port, get(target, { Host: host, [name]: authorization, More: more }, method))
      // Without a status the connection was closed: CONNECT, or no HTTP at all.
      if (!Number.isNaN(status)) expect(status).toBeGreaterThanOrEqual(400)
      expect(status).not.toBe(500)
    }),
    { numRuns: 300 },
  )
  expect(reached).toBe(0)
  const alice = { Authorization: `Basic ${Buffer.from('alice:U*U').toString('base64')}` }
  expect(await exchange(port, get('/p/probe?target=x', alice))).toMatchObject({ status: 200, body: 'x' })
})
