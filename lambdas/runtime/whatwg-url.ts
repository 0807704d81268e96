/**
 * Stands in for `whatwg-url` in the bundles: MongoDB's driver takes that package, a quarter of a megabyte with its
 * tables of characters, for the class that Node has built in.
 */
export const { URL, URLSearchParams } = globalThis;
