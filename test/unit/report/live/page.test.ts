import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { livePage } from '../../../../src/report/live/page.ts'

const { body, policy } = livePage({ product: 'udptool watch' })

test('the policy allows the style and the script of the page by their hashes, and data of its own server', () => {
  const inside = (name: string): string => {
    const [, text = ''] = new RegExp(`<${name}>([^]*?)</${name}>`, 'u').exec(body) ?? []
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  }
  expect(Object.fromEntries(policy.split('; ').map(part => part.split(/ (.*)/su).slice(0, 2)))).toEqual({
    'default-src': "'none'",
    'style-src': inside('style'),
    'script-src': inside('script'),
    'connect-src': "'self'",
    'img-src': 'data:',
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  })
})

test('it has one script and one style, and names no other file', () => {
  const markup = body.replace(/<(script|style)>[^]*?<\/\1>/gu, '<$1>')
  expect(markup.match(/<script/gu)).toHaveLength(1)
  expect(markup.match(/<style/gu)).toHaveLength(1)
  expect(markup).not.toMatch(/https?:|\bsrc=|\bon[a-z]+=|\bstyle=/u)
  expect(body).not.toMatch(/url\(|@import/u)
})

test('each id is there once', () => {
  const ids = Array.from(body.replace(/<script>[^]*/u, '').matchAll(/ id="([^"]+)"/gu), ([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toContain('rows')
})
