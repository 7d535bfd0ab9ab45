require('http').get(process.argv[2], answer => answer.resume());
