fetch(process.argv[2]).then(answer => answer.text());
