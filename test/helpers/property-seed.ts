import fc from 'fast-check'

/**
 * In CI every run of a property tries the same cases, so that a change is not refused because of a rare case that it has nothing to do with.
 * Elsewhere each run tries others, and a failure names its seed.
 */
if (process.env['CI']) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 1 })
