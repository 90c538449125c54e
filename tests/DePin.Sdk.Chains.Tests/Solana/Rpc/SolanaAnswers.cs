namespace DePin.Sdk.Chains.Tests.Solana.Rpc;

/// <summary>Results as surfpool 1.5.0 (Agave 4.1.2) writes them, logs shortened.</summary>
internal static class SolanaAnswers
{
    /// <summary>The signature of <see cref="SentTransaction"/>.</summary>
    public const string Signature = "3AAvX8uuRSdhsGMCHdbKm1Lqqf1tebTU2o8tSSCXgk6c2jYzyuAiyqJy2KJc6mhDJKvS6AQArEaxnJwqfxATiohH";

    public const string FailedSignature = "32zabKNJTMURP7wmLJuWwPTqDmLqCa2UVT1pCw98EafDEuTtPcGvDKDBodWmhFsdd1KSdWr9dFLrTf85LDRp71S";

    public const string TokenSignature = "5Ljif5NEszQi8vCgubWiWjhVxsKfpiQkLc276XFyWYx37B3y7D3RyptjrVNJECZ15QS11DfZXUxQsfohtmr48L9Y";

    public const string Payer = "6CJqm29KegrYoujKSwcWiQbKxS2noQEeWTCN5TNHZGij";

    public const string Mint = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";

    /// <summary>A transfer and a memo, signed, in base 64.</summary>
    public const string SentTransaction = "AWvxWqpZxxJ4kotfdgIrZIFP+0oonSshgWuNtWlhmlP64dPZ9+bFZrZrYEekI8uzOWCiG1FfIThtVEevS8SrGwCAAQACBE0v/vyzv1hZqNiTeqY+D9M184EozrMXbQNesQeQt6ows0X3oiPJOn6iszlGRcuFKomFmoATpL1jzFw6LSTH+00AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAVKU1qZKSEGTSTocWDaOHx8NbXdvJK7geQfqEBBBUSNBoaFnTjICpchSBhBaRfgv4/KFX5GT5jM/Q/6nfhFCn0CAgIAAQwCAAAAQEIPAAAAAAADAAJoaQA=";

    public const string GenesisHash = """
        "2vf4HRZPzQNq1VPq3cqBPLTuUAPyvFGpTUawCheTRRGJ"
        """;

    public const string LatestBlockhash = """
        {"context":{"apiVersion":"4.1.2","slot":611},"value":{"blockhash":"SURFNETxSAFEHASHxxxxxxxxxxxxxxxxxxxxxxxx244","lastValidBlockHeight":731}}
        """;

    public const string EpochInfo = """
        {"absoluteSlot":638,"blockHeight":608,"epoch":0,"slotIndex":607,"slotsInEpoch":432000,"transactionCount":4}
        """;

    public const string Balance = """
        {"context":{"apiVersion":"4.1.2","slot":610},"value":10000000000}
        """;

    public const string Account = """
        {"context":{"apiVersion":"4.1.2","slot":11032},"value":{"data":["xvp6877brTo9ZfNqq8l0MbG75MLS9uDkfKYCA0UvXWFNL/78s79YWajYk3qmPg/TNfOBKM6zF20DXrEHkLeqMAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","base64"],"executable":false,"lamports":2039280,"owner":"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA","rentEpoch":0,"space":165}}
        """;

    public const string NoAccount = """
        {"context":{"apiVersion":"4.1.2","slot":638},"value":null}
        """;

    public const string Accounts = """
        {"context":{"apiVersion":"4.1.2","slot":638},"value":[{"data":["","base64"],"executable":false,"lamports":9998990000,"owner":"11111111111111111111111111111111","rentEpoch":0,"space":0},{"data":["","base64"],"executable":false,"lamports":1001000000,"owner":"11111111111111111111111111111111","rentEpoch":0,"space":0},null]}
        """;

    public const string ProgramAccounts = """
        {"context":{"apiVersion":"4.1.2","slot":11032},"value":[{"account":{"data":["xvp6877brTo9ZfNqq8l0MbG75MLS9uDkfKYCA0UvXWHmM230v9YSTUqBu2LznSOSaO5IyZPEv3lNASXkWr3AZ////////x8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","base64"],"executable":false,"lamports":2039280,"owner":"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA","rentEpoch":0,"space":165},"pubkey":"CVEU9QiKTEY5kw6EN8YWF9oHbs8rMszi2gQfm8TYh3MC"},{"account":{"data":["xvp6877brTo9ZfNqq8l0MbG75MLS9uDkfKYCA0UvXWFNL/78s79YWajYk3qmPg/TNfOBKM6zF20DXrEHkLeqMAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","base64"],"executable":false,"lamports":2039280,"owner":"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA","rentEpoch":0,"space":165},"pubkey":"GX1yo3uvd98znE8qKofWtCKcQ5nnYqz4yVqHkRNdrMtr"}]}
        """;

    public const string Statuses = """
        {"context":{"apiVersion":"4.1.2","slot":638},"value":[{"confirmationStatus":"confirmed","confirmations":27,"err":null,"slot":611,"status":{"Ok":null}},{"confirmationStatus":"confirmed","confirmations":24,"err":{"InstructionError":[0,{"Custom":1}]},"slot":614,"status":{"Err":{"InstructionError":[0,{"Custom":1}]}}},null]}
        """;

    public const string Signatures = """
        [{"blockTime":1795289561,"confirmationStatus":"confirmed","err":{"InstructionError":[0,{"Custom":1}]},"memo":null,"signature":"32zabKNJTMURP7wmLJuWwPTqDmLqCa2UVT1pCw98EafDEuTtPcGvDKDBodWmhFsdd1KSdWr9dFLrTf85LDRp71S","slot":614},{"blockTime":1795289561,"confirmationStatus":"confirmed","err":null,"memo":"[2] hi","signature":"3AAvX8uuRSdhsGMCHdbKm1Lqqf1tebTU2o8tSSCXgk6c2jYzyuAiyqJy2KJc6mhDJKvS6AQArEaxnJwqfxATiohH","slot":611},{"blockTime":1795289560,"confirmationStatus":"finalized","err":null,"memo":null,"signature":"3La8K3bxmYFqySGKzkUreBVAL6ZjJegyqBqwjbRs1BFyL2JCaAjK7FAWZ1gSBWSaDFtGmoxE2eN3enoaWvHBxpQz","slot":31}]
        """;

    public const string Transaction = """
        {"blockTime":1795289,"meta":{"computeUnitsConsumed":424,"err":null,"fee":5000,"innerInstructions":[],"loadedAddresses":{"readonly":[],"writable":[]},"logMessages":["Program 11111111111111111111111111111111 invoke [1]","Program 11111111111111111111111111111111 success","Program MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr invoke [1]","Program log: Memo (len 2)","Program log: hi","Program MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr consumed 274 of 202850 compute units","Program MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr success"],"postBalances":[9998995000,1001000000,1,16926720],"postTokenBalances":[],"preBalances":[10000000000,1000000000,1,16926720],"preTokenBalances":[],"returnData":{"data":["","base64"],"programId":"MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr"},"rewards":[],"status":{"Ok":null}},"slot":611,"transaction":["AWvxWqpZxxJ4kotfdgIrZIFP+0oonSshgWuNtWlhmlP64dPZ9+bFZrZrYEekI8uzOWCiG1FfIThtVEevS8SrGwCAAQACBE0v/vyzv1hZqNiTeqY+D9M184EozrMXbQNesQeQt6ows0X3oiPJOn6iszlGRcuFKomFmoATpL1jzFw6LSTH+00AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAVKU1qZKSEGTSTocWDaOHx8NbXdvJK7geQfqEBBBUSNBoaFnTjICpchSBhBaRfgv4/KFX5GT5jM/Q/6nfhFCn0CAgIAAQwCAAAAQEIPAAAAAAADAAJoaQA=","base64"],"version":0}
        """;

    public const string FailedTransaction = """
        {"blockTime":1795289,"meta":{"computeUnitsConsumed":150,"err":{"InstructionError":[0,{"Custom":1}]},"fee":5000,"innerInstructions":[],"loadedAddresses":{"readonly":[],"writable":[]},"logMessages":["Program 11111111111111111111111111111111 invoke [1]","Transfer: insufficient lamports 9998990000, need 1000000000000000000","Program 11111111111111111111111111111111 failed: custom program error: 0x1"],"postBalances":[9998990000,1001000000,1],"postTokenBalances":[],"preBalances":[9998995000,1001000000,1],"preTokenBalances":[],"returnData":{"data":["","base64"],"programId":"11111111111111111111111111111111"},"rewards":[],"status":{"Err":{"InstructionError":[0,{"Custom":1}]}}},"slot":614,"transaction":["AQHBHURDAF0S9wvCOfuBOZKk9GaEt1n3lF7o4exA4hDYpWawZav9c6XwMS6/KmXJIB/W2b8altHzi/bN2/t9PQmAAQABA00v/vyzv1hZqNiTeqY+D9M184EozrMXbQNesQeQt6ows0X3oiPJOn6iszlGRcuFKomFmoATpL1jzFw6LSTH+00AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAaGhZ04yAqXIUgYQWkX4L+PyhV+Rk+YzP0P+p34RQp+AQICAAEMAgAAAAAAZKeztuANAA==","base64"],"version":0}
        """;

    public const string TokenTransaction = """
        {"blockTime":1795289,"meta":{"computeUnitsConsumed":13630,"err":null,"fee":5000,"innerInstructions":[{"index":0,"instructions":[{"accounts":[5],"data":"84eT","programIdIndex":7,"stackHeight":2},{"accounts":[0,1],"data":"11119os1e9qSs2u7TsThXqkBSRVFxhmYaFKFZ1waB2X7armDmvK3p5GmLdUxYdg3h7QSrL","programIdIndex":3,"stackHeight":2},{"accounts":[1],"data":"P","programIdIndex":7,"stackHeight":2},{"accounts":[1,5],"data":"6cdJvj3xwPzst59fXNZzKKduVRYGr5y16LUYHcTgXve3x","programIdIndex":7,"stackHeight":2}]}],"loadedAddresses":{"readonly":[],"writable":[]},"logMessages":["Program ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL invoke [1]","Program log: CreateIdempotent","Program TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA invoke [2]"],"postBalances":[9995940720,2039280,2039280,1,731913600,1461600,0,1141440],"postTokenBalances":[{"accountIndex":1,"mint":"EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v","owner":"GVcFnrS979c3ofa1HQnyqfU6veh2gDjPdZNS7szidVcz","programId":"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA","uiTokenAmount":{"amount":"9007199254740991","decimals":6,"uiAmount":9007199254.740992,"uiAmountString":"9007199254.740992"}},{"accountIndex":2,"mint":"EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v","owner":"6CJqm29KegrYoujKSwcWiQbKxS2noQEeWTCN5TNHZGij","programId":"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA","uiTokenAmount":{"amount":"1","decimals":6,"uiAmount":1e-06,"uiAmountString":"0.000001"}}],"preBalances":[9997985000,0,2039280,1,731913600,1461600,0,1141440],"preTokenBalances":[{"accountIndex":2,"mint":"EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v","owner":"6CJqm29KegrYoujKSwcWiQbKxS2noQEeWTCN5TNHZGij","programId":"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA","uiTokenAmount":{"amount":"9007199254740992","decimals":6,"uiAmount":9007199254.740992,"uiAmountString":"9007199254.740992"}}],"returnData":{"data":["","base64"],"programId":"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"},"rewards":[],"status":{"Ok":null}},"slot":11018,"transaction":["AdkWiHr0YgXvuo0uvVeeU1qHICMndONYgqiWW7PEECam3TEqYyx0Qg969Z903/xlsoHnibWdk7h7KxT1me+cdAOAAQAFCE0v/vyzv1hZqNiTeqY+D9M184EozrMXbQNesQeQt6owqqwME/Adha4hIEpmmFm2TFA+hrlEn/QlJGJdiNxXpgvmj9XaIjREP/m7Lphp8mFxiQtGOBMEowFMoGHzJRjaFwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAjJclj04kifG7PRApFI4NgwtaE5na/xCEBI572Nvp+FnG+nrzvtutOj1l82qryXQxsbvkwtL24OR8pgIDRS9dYeYzbfS/1hJNSoG7YvOdI5Jo7kjJk8S/eU0BJeRavcBnBt324ddloZPZy+FGzut5rBy0he1fWzeROoz1hX7/AKkGhoWdOMgKlyFIGEFpF+C/j8oVfkZPmMz9D/qd96XyYAIEBgABBgUDBwEBBwQCBQEACgz///////8fAAYA","base64"],"version":0}
        """;

    public const string Simulation = """
        {"context":{"apiVersion":"4.1.2","slot":611},"value":{"accounts":[{"data":["","base64"],"executable":false,"lamports":1001000000,"owner":"11111111111111111111111111111111","rentEpoch":0,"space":0}],"err":null,"fee":null,"innerInstructions":[],"loadedAccountsDataSize":2318,"loadedAddresses":null,"logs":["Program 11111111111111111111111111111111 invoke [1]","Program 11111111111111111111111111111111 success","Program MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr invoke [1]","Program log: Memo (len 2)","Program log: hi","Program MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr consumed 274 of 202850 compute units","Program MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr success"],"postBalances":null,"postTokenBalances":null,"preBalances":null,"preTokenBalances":null,"replacementBlockhash":{"blockhash":"SURFNETxSAFEHASHxxxxxxxxxxxxxxxxxxxxxxxx244","lastValidBlockHeight":581},"returnData":{"data":["","base64"],"programId":"MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr"},"unitsConsumed":424}}
        """;

    public const string FailedSimulation = """
        {"context":{"apiVersion":"4.1.2","slot":612},"value":{"accounts":null,"err":{"InstructionError":[0,{"Custom":1}]},"fee":null,"innerInstructions":null,"loadedAccountsDataSize":14,"loadedAddresses":null,"logs":["Program 11111111111111111111111111111111 invoke [1]","Transfer: insufficient lamports 9998990000, need 1000000000000000000","Program 11111111111111111111111111111111 failed: custom program error: 0x1"],"postBalances":null,"postTokenBalances":null,"preBalances":null,"preTokenBalances":null,"replacementBlockhash":null,"returnData":null,"unitsConsumed":150}}
        """;

    public const string PreflightError = """
        {"code":-32002,"message":"Transaction simulation failed: Error processing Instruction 0: custom program error: 0x1: 3 log messages:\nProgram 11111111111111111111111111111111 invoke [1]\nTransfer: insufficient lamports 9998990000, need 1000000000000000000\nProgram 11111111111111111111111111111111 failed: custom program error: 0x1","data":{"accounts":null,"err":{"InstructionError":[0,{"Custom":1}]},"fee":null,"innerInstructions":null,"loadedAccountsDataSize":null,"loadedAddresses":null,"logs":["Program 11111111111111111111111111111111 invoke [1]","Transfer: insufficient lamports 9998990000, need 1000000000000000000","Program 11111111111111111111111111111111 failed: custom program error: 0x1"],"postBalances":null,"postTokenBalances":null,"preBalances":null,"preTokenBalances":null,"replacementBlockhash":null,"returnData":null,"unitsConsumed":150}}
        """;

    public const string SlotNotification = """
        {"parent":10161,"root":10131,"slot":10162}
        """;

    public const string SignatureNotification = """
        {"context":{"apiVersion":"4.1.2","slot":10140},"value":{"err":null}}
        """;

    public const string ProgramNotification = """
        {"context":{"apiVersion":"4.1.2","slot":10161},"value":{"account":{"data":["xvp6877brTo9ZfNqq8l0MbG75MLS9uDkfKYCA0UvXWFNL/78s79YWajYk3qmPg/TNfOBKM6zF20DXrEHkLeqMAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","base64"],"executable":false,"lamports":2039280,"owner":"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA","rentEpoch":0,"space":165},"pubkey":"GX1yo3uvd98znE8qKofWtCKcQ5nnYqz4yVqHkRNdrMtr"}}
        """;
}
