require('https').get(process.argv[2], answer => answer.resume());
