import { element, raw } from '../html/markup.ts'
import { ASSETS } from './assets.js'

/** The live page, which is the same for every monitor, and its Content-Security-Policy. It loads nothing but data of its own server. */
export function livePage(): { readonly body: string; readonly policy: string } {
  const { style, styleHash, script, scriptHash } = ASSETS
  const page = element(
    'html',
    { lang: 'en' },
    element(
      'head',
      {},
      element('meta', { charset: 'utf-8' }),
      element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      element('meta', { name: 'color-scheme', content: 'light dark' }),
      // Without it a browser asks for /favicon.ico.
      element('link', { rel: 'icon', href: 'data:,' }),
      element('title', {}, 'udptool watch'),
      element('style', {}, raw(style)),
    ),
    element('body', {}, element('main', { id: 'page' }), element('script', {}, raw(script))),
  )
  const policy = [
    "default-src 'none'",
    `style-src '${styleHash}'`,
    `script-src '${scriptHash}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  return { body: `<!doctype html>\n${page.text}\n`, policy }
}
