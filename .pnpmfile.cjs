// These packages state os and cpu as strings, which pnpm passes over: it would install Windows' Node everywhere.
const asList = (value) => (typeof value === 'string' ? [value] : value);
module.exports = {
  hooks: {
    readPackage(manifest) {
      if (/^node-(bin-)?(darwin|linux|win)-/.test(manifest.name)) {
        manifest.os = asList(manifest.os);
        manifest.cpu = asList(manifest.cpu);
      }
      return manifest;
    },
  },
};
